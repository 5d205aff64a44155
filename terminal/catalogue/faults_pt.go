package catalogue

// What became of the citizen's data, and where to go, said the same way each time.
const (
	ptNothingSent = "Nenhum dado seu foi enviado, e nada fica guardado nesta máquina."
	ptNotTaken    = "Não recebemos nenhum dado seu."
	ptNotSentYet  = "Nada foi enviado ainda."
	ptUnused      = "O que foi enviado não será usado."
	ptReset       = "Prefeitura (市役所) ou copiadora de loja de conveniência (06:30–23:00)"
	ptOffice      = "O balcão da prefeitura ou subprefeitura onde você mora (市区町村の窓口)"
	ptClosed      = "Fora de serviço no momento"
	ptRefused     = "Não foi possível fazer o registro"
	ptRefusedHere = "Não foi possível fazer o registro aqui"
	ptTakeCard    = "Retire o cartão."
	ptAskOffice   = "Leve o cartão à prefeitura (市役所) e pergunte."
	ptRestart     = "Comece de novo desde o início."
	ptAgain       = "Se acontecer outra vez, pergunte na prefeitura (市役所)."
	ptNewKey      = "Peça uma nova chave de registro no aplicativo e comece de novo."
	ptOtherKiosk  = "Comece de novo em outra máquina próxima."
	ptRenew       = "Renove o certificado na prefeitura (市役所)."
	ptCardFine    = "Seu cartão está em ordem. "
	ptChip        = "No momento, esta máquina não consegue usar a própria chave."
	ptNotSetUp    = "Esta máquina não está configurada corretamente."
)

var (
	ptCallStaff = []string{
		"Não coloque o cartão.", "Se o cartão estiver na máquina, retire-o.", "Tente mais tarde ou use outra máquina próxima.",
	}
	ptElsewhere = []string{"Se o cartão estiver na máquina, retire-o.", "Use outra máquina próxima."}
)

var portugueseFaults = map[Code]FaultText{
	CardRemoved: {
		Title: "O cartão foi retirado", Happened: "O cartão saiu antes de terminarmos, por isso paramos.",
		Data: ptNothingSent, Steps: []string{"Para continuar, coloque o cartão de novo.", "Deixe-o no lugar até avisarmos que pode retirá-lo."},
	},
	CardNotMyNumber: {
		Title: "Este não parece ser um Cartão My Number", Happened: "O cartão que foi colocado não pode ser usado aqui.",
		Data: ptNotTaken, Steps: []string{"Confira qual cartão é.", "Tire-o da capa e confira para que lado está o chip.", "Coloque de novo o seu Cartão My Number."},
	},
	CardOld: {
		Title: "O cartão Juki (住民基本台帳カード) não serve", Happened: "É o cartão anterior ao Cartão My Number e não funciona aqui.",
		Data: ptNotTaken, Steps: []string{ptTakeCard, "Se tiver um Cartão My Number, coloque-o.", "Se não tiver, pergunte na prefeitura (市役所)."}, Where: ptOffice,
	},
	CardNoSigning: {
		Title:    "Este cartão não tem certificado para assinatura",
		Happened: "Cartões de menores de 15 anos e cartões emitidos sem ele não têm o certificado eletrônico para assinatura (署名用電子証明書). Seu cartão não está com defeito.",
		Data:     ptNotTaken, Steps: []string{ptTakeCard, "Pergunte na prefeitura (市役所) sobre a emissão do 署名用電子証明書."}, Where: ptOffice,
	},
	CardBlocked: {
		Title:    "A senha está bloqueada",
		Happened: "A senha de assinatura (署名用) foi digitada errada cinco vezes seguidas. Esta máquina não pode desbloqueá-la.",
		Data:     "Nenhum dado seu foi enviado nem guardado.", Steps: []string{
			"Retire o cartão e redefina a senha. É grátis.", "Loja: reserve no app de redefinição e vá em até 24 horas.",
			"Sem a senha de 4 dígitos? Vá à prefeitura (市役所).", "Depois disso, volte aqui.",
		}, Where: ptReset,
	},
	CardExpired: {
		Title:    "O certificado do cartão venceu",
		Happened: "Ele vale até o seu quinto aniversário após a emissão e termina quando você se muda ou troca de nome.",
		Data:     ptNothingSent, Steps: []string{ptRenew}, Where: ptOffice,
	},
	CardNotYet: {
		Title: "O certificado do cartão ainda não é válido", Happened: "O prazo de validade ainda não começou.",
		Data: ptNothingSent, Steps: []string{"Volte outro dia, por favor."}, Where: ptOffice,
	},
	CardIssuer: {
		Title: "Não podemos verificar este certificado", Happened: "O certificado do cartão não foi emitido por uma autoridade que esta máquina conhece.",
		Data: ptNothingSent, Steps: []string{ptAskOffice}, Where: ptOffice,
	},
	CardKeyType: {
		Title: "Esta máquina ainda não aceita este cartão", Happened: "O cartão é de um tipo mais novo do que esta máquina conhece.",
		Data: ptNothingSent, Steps: []string{"Use uma máquina que aceite o novo cartão."},
	},
	CardCertificate: {
		Title: "Não conseguimos ler o conteúdo do cartão", Happened: "O certificado do cartão não está no formato que deveria ter.",
		Data: ptNothingSent, Steps: []string{ptAskOffice}, Where: ptOffice,
	},
	CardSignature: {
		Title: "O cartão não conseguiu assinar", Happened: "O cartão não gerou a assinatura, ou ela não corresponde ao que foi mostrado a você.",
		Data: ptNothingSent, Steps: []string{ptRestart, ptAgain}, Where: ptOffice,
	},
	CardUnreadable: {
		Title: "Não houve comunicação com o cartão", Happened: "Ele pode estar sujo ou mal posicionado.",
		Data: ptNothingSent, Steps: []string{"Tire-o da capa e limpe o chip com um pano macio.", "Coloque-o de novo e não mexa nele."},
	},
	CardMute: {
		Title: "O cartão não responde", Happened: "Ele pode estar virado, com o chip sujo, ou não ter chip.",
		Data: ptNotTaken, Steps: []string{"Retire o cartão e tire-o da capa.", "Confira o lado certo e limpe o chip com um pano macio.", "Coloque-o de novo."},
	},
	CardTwo: {
		Title: "Há dois cartões", Happened: "Não sabemos qual deles usar.",
		Data: ptNothingSent, Steps: []string{"Deixe só o Cartão My Number que quer usar e retire os outros.", "Coloque o cartão sozinho, sem capa nem carteira."},
	},
	CardForgotten: {
		Title: "Um cartão foi esquecido", Happened: "O cartão de alguém ainda está nesta máquina.", Data: ptNotTaken,
		Steps: []string{"Se for seu, retire-o.", "Se não for, não toque nele e avise um funcionário."},
	},
	CardPhone: {
		Title: "O celular não funciona aqui", Happened: "O certificado que está no celular não pode ser usado nesta máquina.",
		Data: ptNotTaken, Steps: []string{"Afaste o celular.", "Coloque o seu Cartão My Number."},
	},
	CardUnknown: {
		Title: "Esta máquina ainda não aceita este cartão", Happened: "Parece ser um tipo novo de cartão que esta máquina não conhece. Seu cartão não está com defeito.",
		Data: ptNotTaken, Steps: []string{ptTakeCard, "Use uma máquina que aceite o novo cartão.", "Se tiver dúvidas, pergunte."}, Where: "{contact}",
	},
	CardFaceOnly: {
		Title:    "O cartão só de reconhecimento facial não serve",
		Happened: "O cartão sem senhas (顔認証マイナンバーカード) não tem certificado para assinatura. Seu cartão não está com defeito.",
		Data:     ptNotTaken, Steps: []string{ptTakeCard, "É preciso um cartão com senhas. Pergunte na prefeitura (市役所) como trocar."}, Where: ptOffice,
	},
	PINShape: {
		Title: "A senha não é desse tipo", Happened: "Ela tem 6 a 16 caracteres, com pelo menos uma letra e um número. Não é nenhuma senha de 4 dígitos.",
		Data: "Não foi enviada ao cartão e nenhuma tentativa foi gasta.", Steps: []string{"Digite a senha de 6 a 16 caracteres."},
	},
	PINWrong: {
		Title: "A senha está errada", Happened: "Tentativas restantes: {tries}. Em 0, o cartão é bloqueado.",
		Data: "O cartão ainda funciona.", Steps: []string{"Se não tiver certeza, toque em “Parar” e confira a senha antes."},
	},
	PINLast: {
		Title: "Só resta uma tentativa", Happened: "Paramos aqui para que o cartão não seja bloqueado.",
		Data: ptNothingSent, Steps: []string{ptTakeCard, "Confira sua senha e comece de novo desde o início."},
	},
	PhotoShape: {
		Title: "Confira os números", Happened: "O ano de vencimento tem 4 dígitos, e o código de segurança também.",
		Data: "Não foi enviado ao cartão e nenhuma tentativa foi gasta.", Steps: []string{"Veja a frente do cartão e digite de novo."},
	},
	PhotoWrong: {
		Title: "Não corresponde ao cartão", Happened: "Tentativas restantes: {tries}.",
		Data: "O cartão ainda funciona.", Steps: []string{"Veja se a data de nascimento está com era japonesa ou ano ocidental.", "Confira o ano de vencimento e o código de segurança."},
	},
	PhotoBlocked: {
		Title: "Não podemos ler a foto", Happened: "Os números impressos no cartão foram digitados errados muitas vezes, e o cartão bloqueou a foto.",
		Data: ptNothingSent, Steps: []string{ptAskOffice}, Where: ptOffice,
	},
	PhotoMissing: {
		Title: "Não podemos ler a foto", Happened: "Não foi possível ler a foto do cartão, e este registro precisa dela.",
		Data: ptNothingSent, Steps: []string{ptRestart, ptAgain}, Where: ptOffice,
	},
	PhotoForged: {
		Title: "Não podemos aceitar este cartão", Happened: "Não foi possível confirmar que o cartão e a foto são autênticos.",
		Data: ptNothingSent, Steps: []string{ptTakeCard, "Peça à prefeitura (市役所) para examiná-lo. Começar de novo aqui não adianta."}, Where: ptOffice,
	},
	KeyCheck: {
		Title: "Parece haver um erro de digitação", Happened: "Um dos 12 dígitos da chave de registro está errado. Tentativas restantes: {chances}.",
		Data: ptNotSentYet, Steps: []string{"Olhe o aplicativo e digite a chave de novo."},
	},
	KeyScan: {
		Title: "Isso não era uma chave de registro", Happened: "Não conta como erro.",
		Data: ptNotSentYet, Steps: []string{"Mostre o código QR da chave no seu aplicativo.", "Ou digite os dígitos."},
	},
	KeyUnknown: {
		Title: "Esta chave de registro não foi encontrada", Happened: "A plataforma não tem essa chave. Tentativas restantes: {chances}.",
		Data: ptNotSentYet, Steps: []string{"Compare cada dígito com o aplicativo.", "Ou peça uma nova chave no aplicativo."},
	},
	KeyUsed: {
		Title: "Esta chave de registro já foi usada", Happened: "Cada chave só funciona uma vez. Tentativas restantes: {chances}.",
		Data: ptNotSentYet, Steps: []string{"Peça uma nova chave de registro no aplicativo."},
	},
	KeyExpired: {
		Title: "Esta chave de registro venceu", Happened: "A chave funciona por 30 dias. Tentativas restantes: {chances}.",
		Data: ptNotSentYet, Steps: []string{"Peça uma nova chave de registro no aplicativo."},
	},
	KeyTooOften: {
		Title: "Cinco chaves de registro erradas", Happened: "Por segurança, paramos aqui.",
		Data: ptNothingSent, Steps: []string{ptTakeCard, "Confira a chave no aplicativo e comece de novo."},
	},
	KeyWhose: {
		Title: "Figuras diferentes: não continue", Happened: "A chave que você digitou pode não ser a do seu próprio aplicativo.",
		Data: ptNothingSent, Steps: []string{"Nunca digite uma chave que outra pessoa lhe disse.", "Comece de novo com a chave que aparece no seu próprio aplicativo."},
	},
	SessionTime: {
		Title: "Paramos porque o tempo acabou", Happened: "Ninguém tocou na tela por algum tempo, e encerramos para a sua segurança.",
		Data: ptNothingSent, Steps: []string{ptTakeCard, "Coloque-o de novo para começar desde o início."},
	},
	SessionStopped: {
		Title: "Encerrado", Happened: "Você tocou em “Parar”.",
		Data: ptNothingSent, Steps: []string{ptTakeCard},
	},
	SessionNotMe: {
		Title: "Encerrado", Happened: "Você indicou que os dados do cartão não estão certos.",
		Data: ptNothingSent, Steps: []string{ptTakeCard, "Se os dados estiverem desatualizados, atualize-os na prefeitura (市役所)."}, Where: ptOffice,
	},
	SessionWithdrawn: {
		Title: "O registro foi cancelado", Happened: "Este registro e o código dele não podem ser usados.",
		Data:  "Avisamos a plataforma do cancelamento. Nenhum dado seu fica guardado nesta máquina.",
		Steps: []string{ptTakeCard, "Coloque-o de novo para começar desde o início."},
	},
	WithdrawalFailed: {
		Title: "Não foi possível anotar o cancelamento", Happened: "Esta máquina não conseguiu gravá-lo.",
		Data:  "O registro não terá efeito, a menos que alguém use o código.",
		Steps: []string{ptTakeCard, "Não use o código e não o conte a ninguém.", "Se estiver preocupado, pergunte."}, Where: "{contact}",
	},
	PrinterPaper: {
		Title: ptClosed, Happened: "O papel acabou.", Data: ptNotTaken, Steps: ptCallStaff,
	},
	PrinterCover: {
		Title: ptClosed, Happened: "A tampa da impressora está aberta.", Data: ptNotTaken, Steps: ptCallStaff,
	},
	PrinterJam: {
		Title: ptClosed, Happened: "O papel está preso.", Data: ptNotTaken, Steps: ptCallStaff,
	},
	PrinterCutter: {
		Title: ptClosed, Happened: "A impressora não consegue cortar o papel.", Data: ptNotTaken, Steps: ptCallStaff,
	},
	PrinterHardware: {
		Title: ptClosed, Happened: "A impressora está com defeito.", Data: ptNotTaken, Steps: ptCallStaff,
	},
	PrinterOffline: {
		Title: ptClosed, Happened: "A impressora não está pronta.", Data: ptNotTaken, Steps: ptCallStaff,
	},
	PrinterUnconfirmed: {
		Title: "Não sabemos se o comprovante foi impresso", Happened: "Talvez o papel não tenha saído; por isso, o código está nesta tela.",
		Data: "Seu registro foi recebido.", Steps: []string{"Anote o código ou tire uma foto dele."},
	},
	ReaderNone: {
		Title: ptClosed, Happened: "O leitor de cartões não está conectado.", Data: ptNothingSent, Steps: ptCallStaff,
	},
	ReaderService: {
		Title: ptClosed, Happened: "O leitor de cartões não está pronto.", Data: ptNothingSent, Steps: ptCallStaff,
	},
	ReaderBusy: {
		Title: ptClosed, Happened: "O leitor de cartões está em uso.", Data: ptNothingSent, Steps: ptCallStaff,
	},
	ReaderFault: {
		Title: ptClosed, Happened: "O leitor de cartões está com defeito.", Data: ptNothingSent, Steps: ptCallStaff,
	},
	SensorTamper: {
		Title: ptClosed, Happened: "Um dispositivo de segurança parou esta máquina.",
		Data: "O que não terminou não foi enviado. Um registro já recebido continua válido.", Steps: ptElsewhere,
	},
	SensorDoor: {
		Title: ptClosed, Happened: "A porta da máquina está aberta.", Data: ptNotTaken, Steps: ptCallStaff,
	},
	SensorSwitch: {
		Title: ptClosed, Happened: "Esta máquina está em manutenção.", Data: ptNotTaken, Steps: ptCallStaff,
	},
	SensorNone: {
		Title: ptClosed, Happened: "Esta máquina não consegue verificar seus dispositivos de segurança.", Data: ptNotTaken, Steps: ptCallStaff,
	},
	ScreenNone: {
		Title: ptClosed, Happened: "A tela não está pronta.", Data: ptNotTaken, Steps: ptCallStaff,
	},
	DiskFull: {
		Title: ptClosed, Happened: "Esta máquina está sem espaço de armazenamento.", Data: ptNotTaken, Steps: ptCallStaff,
	},
	DiskFault: {
		Title: "Esta máquina não conseguiu gravar", Happened: "A culpa não é sua. Por segurança, paramos aqui.",
		Data:  "Este registro não terá efeito. Nenhum dado seu fica guardado em forma legível.",
		Steps: []string{ptTakeCard, ptOtherKiosk},
	},
	QueueFull: {
		Title: ptClosed, Happened: "Há registros demais esperando para serem enviados.", Data: ptNotTaken, Steps: ptCallStaff,
	},
	QueueOld: {
		Title: ptClosed, Happened: "Há registros ainda esperando para serem enviados.", Data: ptNotTaken, Steps: ptCallStaff,
	},
	JournalFull: {
		Title: ptClosed, Happened: "Esta máquina não pode guardar mais registros.", Data: ptNotTaken, Steps: ptCallStaff,
	},
	Clock: {
		Title: ptClosed, Happened: "O relógio desta máquina está errado.", Data: ptNotTaken, Steps: ptCallStaff,
	},
	HoursClosed: {
		Title: "Fora do horário de atendimento", Happened: "Abrimos em {opens}.", Data: ptNotTaken,
		Steps: []string{"Não coloque o cartão.", "Se o cartão estiver na máquina, retire-o.", "Volte no horário de atendimento."},
	},
	Offline: {
		Title: ptClosed, Happened: "Não conseguimos acessar a plataforma.", Data: ptNothingSent, Steps: ptCallStaff,
	},
	OfflineNow: {
		Title: "A conexão com a plataforma caiu", Happened: "Não podemos verificar sua chave de registro, por isso paramos aqui.",
		Data: ptNothingSent, Steps: []string{ptTakeCard, "Tente mais tarde ou use outra máquina próxima."},
	},
	TerminalFault: {
		Title: "Algo deu errado dentro desta máquina", Happened: "A culpa não é sua. Por segurança, paramos aqui.",
		Data: ptNothingSent, Steps: []string{ptTakeCard, ptOtherKiosk},
	},
	TerminalStarting: {
		Title: "Preparando", Happened: "Esta máquina está iniciando.", Data: ptNotTaken, Steps: []string{"Aguarde um momento, por favor."},
	},
	SetUpMissing: {
		Title: ptClosed, Happened: "A configuração desta máquina não foi concluída.", Data: ptNotTaken, Steps: ptCallStaff,
	},
	TerminalSuspended: {
		Title: ptClosed, Happened: "No momento, esta máquina não pode ser usada.", Data: ptNotTaken, Steps: ptCallStaff,
	},
	ChipNone:    {Title: ptClosed, Happened: ptChip, Data: ptNotTaken, Steps: ptCallStaff},
	ChipCleared: {Title: ptClosed, Happened: ptChip, Data: ptNotTaken, Steps: ptCallStaff},
	ChipLockout: {Title: ptClosed, Happened: ptChip, Data: ptNotTaken, Steps: ptCallStaff},
	ChipFault:   {Title: ptClosed, Happened: ptChip, Data: ptNotTaken, Steps: ptCallStaff},
	RefusedKeyUnknown: {
		Title: ptRefused, Happened: "A chave de registro não foi encontrada. Não há código de ativação.",
		Data: ptUnused, Steps: []string{ptTakeCard, ptNewKey},
	},
	RefusedKeyUsed: {
		Title: ptRefused, Happened: "A chave de registro já foi usada. Não há código de ativação.",
		Data: ptUnused, Steps: []string{ptTakeCard, ptNewKey},
	},
	RefusedKeyExpired: {
		Title: ptRefused, Happened: "A chave de registro venceu. Não há código de ativação.",
		Data: ptUnused, Steps: []string{ptTakeCard, ptNewKey},
	},
	RefusedRevoked: {
		Title: ptRefused, Happened: "O certificado do cartão foi revogado. Depois de mudança de endereço ou de nome, ele precisa ser renovado.",
		Data: ptUnused, Steps: []string{ptTakeCard, ptRenew}, Where: ptOffice,
	},
	RefusedExpired: {
		Title: ptRefused, Happened: "O certificado do cartão venceu.",
		Data: ptUnused, Steps: []string{ptTakeCard, ptRenew}, Where: ptOffice,
	},
	RefusedUnfit: {
		Title: ptRefused, Happened: "O certificado do cartão não pode ser usado para este registro. Talvez ainda não seja válido.",
		Data: ptUnused, Steps: []string{ptAskOffice}, Where: ptOffice,
	},
	RefusedIssuer: {
		Title: ptRefused, Happened: "Não foi possível confirmar quem emitiu o certificado do cartão.",
		Data: ptUnused, Steps: []string{ptAskOffice}, Where: ptOffice,
	},
	RefusedSignature: {
		Title: ptRefused, Happened: "Não foi possível confirmar a assinatura que o seu cartão fez.",
		Data: ptUnused, Steps: []string{ptTakeCard, ptRestart, ptAgain}, Where: ptOffice,
	},
	RefusedAttributes: {
		Title: ptRefusedHere, Happened: "O que esta máquina enviou não é o que consta no certificado do seu cartão.",
		Data: ptUnused, Steps: []string{ptTakeCard, ptOtherKiosk},
	},
	RefusedPhoto: {
		Title: ptRefused, Happened: "A foto do seu cartão não chegou como deveria.",
		Data: ptUnused, Steps: []string{ptTakeCard, "Comece de novo e deixe a foto ser lida mais uma vez."},
	},
	RefusedTerminal: {
		Title: ptRefusedHere, Happened: ptCardFine + "Há um problema com o registro desta própria máquina.",
		Data: ptUnused, Steps: []string{ptTakeCard, ptOtherKiosk},
	},
	RefusedSetUp: {
		Title: ptRefusedHere, Happened: ptCardFine + "Esta máquina não está configurada como a plataforma agora exige.",
		Data: ptUnused, Steps: []string{ptTakeCard, ptOtherKiosk},
	},
	RefusedClock: {
		Title: ptRefusedHere, Happened: ptCardFine + "O relógio desta máquina está errado.",
		Data: ptUnused, Steps: []string{ptTakeCard, ptOtherKiosk},
	},
	RefusedWithdrawn: {
		Title: ptRefused, Happened: "Este registro foi cancelado.",
		Data: ptUnused, Steps: []string{ptTakeCard, "Se ainda quiser se registrar, comece de novo desde o início."},
	},
	RefusedLate: {
		Title: ptRefused, Happened: "O registro só chegou à plataforma depois que o código de ativação venceu.",
		Data: ptUnused, Steps: []string{ptTakeCard, ptRestart},
	},
	RefusedOther: {
		Title: ptRefused, Happened: "A plataforma não aceitou este registro.",
		Data: ptUnused, Steps: []string{ptTakeCard, ptOtherKiosk},
	},
	ProductionKey:         {Title: ptClosed, Happened: ptNotSetUp, Data: ptNotTaken, Steps: ptCallStaff},
	ProductionBundle:      {Title: ptClosed, Happened: ptNotSetUp, Data: ptNotTaken, Steps: ptCallStaff},
	ProductionCertificate: {Title: ptClosed, Happened: ptNotSetUp, Data: ptNotTaken, Steps: ptCallStaff},
	ProductionCA:          {Title: ptClosed, Happened: ptNotSetUp, Data: ptNotTaken, Steps: ptCallStaff},
	ProductionReader:      {Title: ptClosed, Happened: ptNotSetUp, Data: ptNotTaken, Steps: ptCallStaff},
	ProductionOther:       {Title: ptClosed, Happened: ptNotSetUp, Data: ptNotTaken, Steps: ptCallStaff},
}
