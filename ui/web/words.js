// The only words of the page itself, for the moment when the terminal cannot
// give it any. They are shown in all languages at once, since the page may not
// know yet whom it speaks to.
export const moment = [
  ["ja", "しばらくお待ちください"],
  ["ja-x-easy", "すこし まってください"],
  ["en", "One moment, please"],
  ["zh-Hans", "请稍候"],
  ["zh-Hant", "請稍候"],
  ["ko", "잠시만 기다려 주세요"],
  ["vi", "Xin vui lòng đợi một chút"],
  ["pt-BR", "Um momento, por favor"],
  ["ne", "एकछिन पर्खनुहोस्"],
  ["id", "Mohon tunggu sebentar"],
];
