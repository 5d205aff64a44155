// What the app says where the platform refuses, by the code of the problem. What is
// not listed cannot happen to somebody who only follows the screens.

export const words = {
  "key-or-code-wrong": "番号がちがいます。控えを見て、もう一度入力してください。 Wrong code: look at your slip and try again.",
  "expired": "番号の期限が過ぎています。もう一度端末で手続きをしてください。 The code has expired: register at a terminal again.",
  "code-tries-spent": "まちがいが続いたため、この番号は使えません。もう一度端末で手続きをしてください。 Too many wrong tries: register at a terminal again.",
  "app-locked": "まちがいが続いたため、このアプリでは登録できません。「新しいアプリとして始める」を押してください。 Too many wrong tries with this app: start again as a new app.",
  "key-used": "このキーは使用済みです。「新しいアプリとして始める」を押してください。 This key has been used: start again as a new app.",
  "already-bound": "この番号による登録は、すでに終わっています。 This code has already been used by this app.",
  "registration-refused": "登録できませんでした。控えの窓口へお問い合わせください。 The registration was refused: call the number on your slip.",
  "contested": "「自分の手続きではない」という連絡があったため、この登録は止めています。控えの窓口へ連絡してください。 Stopped, because somebody said that it was not them: call the number on your slip.",
  "too-many-tries": "ただいま混みあっています。しばらくしてもう一度お試しください。 Too many tries just now: wait a while and try again.",
  "unavailable": "ただいま受け付けられません。しばらくしてもう一度お試しください。 Not available just now: wait a while and try again.",
};
