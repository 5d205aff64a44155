package catalogue

// What became of the citizen's data, and where to go, said the same way each time.
const (
	neNothingSent = "तपाईंको कुनै विवरण पठाइएको छैन, र यो मेसिनमा केही राखिएको छैन।"
	neNotTaken    = "हामीले तपाईंको कुनै विवरण लिएका छैनौँ।"
	neNotSentYet  = "अहिलेसम्म केही पठाइएको छैन।"
	neUnused      = "पठाइएका विवरण प्रयोग हुने छैनन्।"
	neReset       = "नगर कार्यालय (市役所), वा कन्भिनियन्स स्टोरको कपी मेसिन (06:30–23:00)"
	neOffice      = "तपाईं बस्ने ठाउँको नगर, वडा वा गाउँ कार्यालय (市区町村の窓口)"
	neClosed      = "अहिले सेवा बन्द छ"
	neRefused     = "दर्ता हुन सकेन"
	neRefusedHere = "यो मेसिनमा दर्ता हुन सकेन"
	neTakeCard    = "कार्ड लिनुहोस्।"
	neAskOffice   = "कार्ड लिएर नगर कार्यालय (市役所) मा सोध्नुहोस्।"
	neRestart     = "सुरुदेखि फेरि प्रयास गर्नुहोस्।"
	neAgain       = "फेरि यस्तै भए नगर कार्यालय (市役所) मा सोध्नुहोस्।"
	neNewKey      = "एपबाट नयाँ दर्ता कुञ्जी लिएर सुरुदेखि फेरि गर्नुहोस्।"
	neFreshKey    = "एपबाट नयाँ दर्ता कुञ्जी लिनुहोस्।"
	neOtherKiosk  = "नजिकैको अर्को मेसिनमा सुरुदेखि फेरि गर्नुहोस्।"
	neNewCard     = "नयाँ कार्ड चल्ने मेसिन प्रयोग गर्नुहोस्।"
	neRenew       = "नगर कार्यालय (市役所) मा प्रमाणपत्र नवीकरण गर्नुहोस्।"
	neCardFine    = "तपाईंको कार्ड ठीक छ। "
	neNotBroken   = "तपाईंको कार्ड बिग्रेको होइन।"
	neChip        = "अहिले यो मेसिनले आफ्नो कुञ्जी प्रयोग गर्न सक्दैन।"
	neNotSetUp    = "यो मेसिन सही रूपमा सेट गरिएको छैन।"
)

var (
	neCallStaff = []string{
		"कृपया कार्ड नराख्नुहोस्।", "कार्ड भित्र छ भने निकाल्नुहोस्।", "पछि प्रयास गर्नुहोस्, वा नजिकैको अर्को मेसिन प्रयोग गर्नुहोस्।",
	}
	neElsewhere = []string{"कार्ड भित्र छ भने निकाल्नुहोस्।", "नजिकैको अर्को मेसिन प्रयोग गर्नुहोस्।"}
)

var nepaliFaults = map[Code]FaultText{
	CardRemoved: {
		Title: "कार्ड निकालियो", Happened: "काम नसकिँदै कार्ड निस्कियो, त्यसैले रोकियो।",
		Data: neNothingSent, Steps: []string{"अगाडि बढ्न कार्ड फेरि राख्नुहोस्।", "निकाल्न मिल्छ भनी नभनेसम्म कार्ड नचलाउनुहोस्।"},
	},
	CardNotMyNumber: {
		Title: "यो माइ नम्बर कार्ड होइन जस्तो छ", Happened: "राखिएको कार्ड यहाँ प्रयोग गर्न मिल्दैन।",
		Data: neNotTaken, Steps: []string{"कुन कार्ड हो, जाँच्नुहोस्।", "खोलबाट निकालेर चिप कुन दिशामा छ, हेर्नुहोस्।", "माइ नम्बर कार्ड फेरि राख्नुहोस्।"},
	},
	CardOld: {
		Title: "जुकी कार्ड (住民基本台帳カード) चल्दैन", Happened: "यो माइ नम्बर कार्डभन्दा अघिको कार्ड हो र यहाँ चल्दैन।",
		Data: neNotTaken, Steps: []string{neTakeCard, "माइ नम्बर कार्ड छ भने त्यो राख्नुहोस्।", "छैन भने नगर कार्यालय (市役所) मा सोध्नुहोस्।"}, Where: neOffice,
	},
	CardNoSigning: {
		Title:    "यो कार्डमा हस्ताक्षर प्रमाणपत्र छैन",
		Happened: "15 वर्षमुनिका बालबालिकाको कार्ड र प्रमाणपत्र नलिई बनाइएको कार्डमा हस्ताक्षर प्रमाणपत्र (署名用電子証明書) हुँदैन। " + neNotBroken,
		Data:     neNotTaken, Steps: []string{neTakeCard, "署名用電子証明書 बनाउन नगर कार्यालय (市役所) मा सोध्नुहोस्।"}, Where: neOffice,
	},
	CardBlocked: {
		Title:    "पासवर्ड लक भएको छ",
		Happened: "हस्ताक्षरको पासवर्ड (署名用) लगातार 5 पटक गलत भयो। यो मेसिनले खोल्न सक्दैन।",
		Data:     "तपाईंको कुनै विवरण पठाइएको वा राखिएको छैन।", Steps: []string{
			"कार्ड लिएर पासवर्ड रिसेट गराउनुहोस्। निःशुल्क हो।", "स्टोर: रिसेट एपमा बुक गरी 24 घण्टाभित्र जानुहोस्।",
			"4 अङ्कको PIN पनि थाहा छैन? नगर कार्यालय (市役所) जानुहोस्।", "त्यसपछि फेरि यहाँ आउनुहोस्।",
		}, Where: neReset,
	},
	CardExpired: {
		Title:    "कार्डको प्रमाणपत्रको म्याद सकियो",
		Happened: "यो जारी भएपछिको पाँचौँ जन्मदिनमा, र ठेगाना सर्दा वा नाम फेर्दा सकिन्छ।",
		Data:     neNothingSent, Steps: []string{neRenew}, Where: neOffice,
	},
	CardNotYet: {
		Title: "कार्डको प्रमाणपत्र अझै मान्य छैन", Happened: "यसको म्याद अझै सुरु भएको छैन।",
		Data: neNothingSent, Steps: []string{"कृपया अर्को दिन आउनुहोस्।"}, Where: neOffice,
	},
	CardIssuer: {
		Title: "यो प्रमाणपत्र जाँच्न सकिएन", Happened: "कार्डको प्रमाणपत्र यो मेसिनले चिनेको निकायले जारी गरेको होइन।",
		Data: neNothingSent, Steps: []string{neAskOffice}, Where: neOffice,
	},
	CardKeyType: {
		Title: "यो मेसिनमा यो कार्ड अझै चल्दैन", Happened: "कार्ड यो मेसिनले चिनेभन्दा नयाँ किसिमको हो।",
		Data: neNothingSent, Steps: []string{neNewCard},
	},
	CardCertificate: {
		Title: "कार्डको विवरण पढ्न सकिएन", Happened: "कार्डको प्रमाणपत्र हुनुपर्ने रूपमा छैन।",
		Data: neNothingSent, Steps: []string{neAskOffice}, Where: neOffice,
	},
	CardSignature: {
		Title: "कार्डले हस्ताक्षर गर्न सकेन", Happened: "कार्डले हस्ताक्षर दिएन, वा दिएको हस्ताक्षर तपाईंलाई देखाइएको विवरणसँग मिलेन।",
		Data: neNothingSent, Steps: []string{neRestart, neAgain}, Where: neOffice,
	},
	CardUnreadable: {
		Title: "कार्डसँग सम्पर्क हुन सकेन", Happened: "कार्ड फोहोर भएको वा ठीक ठाउँमा नभएको हुन सक्छ।",
		Data: neNothingSent, Steps: []string{"खोलबाट निकालेर नरम कपडाले चिप पुछ्नुहोस्।", "फेरि राखेर नचलाई छोड्नुहोस्।"},
	},
	CardMute: {
		Title: "कार्डले जवाफ दिएन", Happened: "कार्ड उल्टो भएको, चिप फोहोर भएको वा कार्डमा चिप नभएको हुन सक्छ।",
		Data: neNotTaken, Steps: []string{"कार्ड निकालेर खोलबाट बाहिर राख्नुहोस्।", "कार्डको पाटो र दिशा जाँच्नुहोस्, नरम कपडाले चिप पुछ्नुहोस्।", "फेरि राख्नुहोस्।"},
	},
	CardTwo: {
		Title: "दुई वटा कार्ड छन्", Happened: "कुन कार्ड प्रयोग गर्ने, थाहा भएन।",
		Data: neNothingSent, Steps: []string{"प्रयोग गर्ने माइ नम्बर कार्ड मात्र राखी अरू कार्ड लिनुहोस्।", "खोल वा पर्सबिना कार्ड मात्र राख्नुहोस्।"},
	},
	CardForgotten: {
		Title: "कसैको कार्ड छुटेको छ", Happened: "यस मेसिनमा कसैको कार्ड अझै छ।", Data: neNotTaken,
		Steps: []string{"तपाईंको हो भने लिनुहोस्।", "तपाईंको होइन भने नछुनुहोस् र कर्मचारीलाई भन्नुहोस्।"},
	},
	CardPhone: {
		Title: "यहाँ फोन चल्दैन", Happened: "फोनमा भएको प्रमाणपत्र यो मेसिनमा प्रयोग गर्न मिल्दैन।",
		Data: neNotTaken, Steps: []string{"फोन हटाउनुहोस्।", "माइ नम्बर कार्ड राख्नुहोस्।"},
	},
	CardUnknown: {
		Title: "यो मेसिनमा यो कार्ड अझै चल्दैन", Happened: "यो मेसिनले नचिनेको नयाँ किसिमको कार्ड जस्तो छ। " + neNotBroken,
		Data: neNotTaken, Steps: []string{neTakeCard, neNewCard, "थाहा भएन भने तल सोध्नुहोस्।"}, Where: "{contact}",
	},
	CardFaceOnly: {
		Title:    "अनुहार पहिचान कार्ड चल्दैन",
		Happened: "PIN नभएको कार्ड (顔認証マイナンバーカード) मा हस्ताक्षर प्रमाणपत्र हुँदैन। " + neNotBroken,
		Data:     neNotTaken, Steps: []string{neTakeCard, "PIN भएको कार्ड चाहिन्छ। कसरी फेर्ने, नगर कार्यालय (市役所) मा सोध्नुहोस्।"}, Where: neOffice,
	},
	PINShape: {
		Title: "पासवर्डको ढाँचा मिलेन", Happened: "यसमा 6–16 अक्षर हुन्छन्, कम्तीमा एक अङ्ग्रेजी अक्षर र एक अङ्क। 4 अङ्कको PIN होइन।",
		Data: "कार्डमा पठाइएको छैन, कुनै प्रयास खर्च भएको छैन।", Steps: []string{"6–16 अक्षरको पासवर्ड टाइप गर्नुहोस्।"},
	},
	PINWrong: {
		Title: "पासवर्ड मिलेन", Happened: "बाँकी प्रयास: {tries}। 0 भएपछि कार्ड लक हुन्छ।",
		Data: "कार्ड अझै चल्छ।", Steps: []string{"पक्का छैन भने “रोक्नुहोस्” थिचेर पहिले पासवर्ड हेर्नुहोस्।"},
	},
	PINLast: {
		Title: "अब एक प्रयास मात्र बाँकी छ", Happened: "कार्ड लक नहोस् भनेर यहीँ रोकियो।",
		Data: neNothingSent, Steps: []string{neTakeCard, "पासवर्ड हेरेर सुरुदेखि फेरि गर्नुहोस्।"},
	},
	PhotoShape: {
		Title: "अङ्क जाँच्नुहोस्", Happened: "म्याद सकिने वर्ष 4 अङ्कको हुन्छ, सुरक्षा कोड पनि 4 अङ्कको हुन्छ।",
		Data: "कार्डमा पठाइएको छैन, कुनै प्रयास खर्च भएको छैन।", Steps: []string{"कार्डको अगाडि हेरेर फेरि टाइप गर्नुहोस्।"},
	},
	PhotoWrong: {
		Title: "कार्डसँग मिलेन", Happened: "बाँकी प्रयास: {tries}।",
		Data: "कार्ड अझै चल्छ।", Steps: []string{"जन्म मिति जापानी संवत् वा ईस्वी संवत् कुनमा छापिएको छ, हेर्नुहोस्।", "म्याद सकिने वर्ष र सुरक्षा कोड जाँच्नुहोस्।"},
	},
	PhotoBlocked: {
		Title: "फोटो पढ्न सकिएन", Happened: "कार्डमा छापिएका अङ्क धेरै पटक गलत भएकाले कार्डले फोटो लक गर्‍यो।",
		Data: neNothingSent, Steps: []string{neAskOffice}, Where: neOffice,
	},
	PhotoMissing: {
		Title: "फोटो पढ्न सकिएन", Happened: "कार्डको फोटो पढ्न सकिएन, यो दर्तालाई फोटो चाहिन्छ।",
		Data: neNothingSent, Steps: []string{neRestart, neAgain}, Where: neOffice,
	},
	PhotoForged: {
		Title: "यो कार्ड लिन सकिँदैन", Happened: "कार्ड र फोटो सक्कली हुन् भनी पक्का गर्न सकिएन।",
		Data: neNothingSent, Steps: []string{neTakeCard, "नगर कार्यालय (市役所) मा कार्ड जँचाउनुहोस्। यहाँ फेरि गरेर हुँदैन।"}, Where: neOffice,
	},
	KeyCheck: {
		Title: "टाइप गर्दा गल्ती भएको जस्तो छ", Happened: "दर्ता कुञ्जीको 12 अङ्कमध्ये कुनै गलत छ। बाँकी प्रयास: {chances}।",
		Data: neNotSentYet, Steps: []string{"एप हेरेर कुञ्जी फेरि टाइप गर्नुहोस्।"},
	},
	KeyScan: {
		Title: "त्यो दर्ता कुञ्जी होइन", Happened: "यो गल्तीमा गनिँदैन।",
		Data: neNotSentYet, Steps: []string{"एपको दर्ता कुञ्जीको QR कोड देखाउनुहोस्।", "वा अङ्क टाइप गर्नुहोस्।"},
	},
	KeyUnknown: {
		Title: "यो दर्ता कुञ्जी भेटिएन", Happened: "प्लेटफर्ममा यस्तो कुञ्जी छैन। बाँकी प्रयास: {chances}।",
		Data: neNotSentYet, Steps: []string{"हरेक अङ्क एपसँग दाँज्नुहोस्।", "वा एपबाट नयाँ कुञ्जी लिनुहोस्।"},
	},
	KeyUsed: {
		Title: "यो दर्ता कुञ्जी प्रयोग भइसक्यो", Happened: "एउटा कुञ्जी एक पटक मात्र चल्छ। बाँकी प्रयास: {chances}।",
		Data: neNotSentYet, Steps: []string{neFreshKey},
	},
	KeyExpired: {
		Title: "यो दर्ता कुञ्जीको म्याद सकियो", Happened: "कुञ्जी 30 दिन चल्छ। बाँकी प्रयास: {chances}।",
		Data: neNotSentYet, Steps: []string{neFreshKey},
	},
	KeyTooOften: {
		Title: "दर्ता कुञ्जी 5 पटक गलत भयो", Happened: "सुरक्षाका लागि यहीँ रोकियो।",
		Data: neNothingSent, Steps: []string{neTakeCard, "एपमा कुञ्जी जाँचेर सुरुदेखि फेरि गर्नुहोस्।"},
	},
	KeyWhose: {
		Title: "चित्र फरक छन्: अगाडि नबढ्नुहोस्", Happened: "टाइप गरेको कुञ्जी तपाईंको आफ्नै एपको नहुन सक्छ।",
		Data: neNothingSent, Steps: []string{"अरू कसैले भनेको कुञ्जी कहिल्यै टाइप नगर्नुहोस्।", "आफ्नै एपमा देखिने कुञ्जीले सुरुदेखि फेरि गर्नुहोस्।"},
	},
	SessionTime: {
		Title: "समय सकिएकोले रोकियो", Happened: "केही बेर कसैले स्क्रिन नछोएकोले, तपाईंको सुरक्षाका लागि बन्द गरियो।",
		Data: neNothingSent, Steps: []string{neTakeCard, "सुरुदेखि गर्न कार्ड फेरि राख्नुहोस्।"},
	},
	SessionStopped: {
		Title: "रोकियो", Happened: "तपाईंले “रोक्नुहोस्” थिच्नुभयो।",
		Data: neNothingSent, Steps: []string{neTakeCard},
	},
	SessionNotMe: {
		Title: "रोकियो", Happened: "कार्डको विवरण ठीक छैन भनी तपाईंले छान्नुभयो।",
		Data: neNothingSent, Steps: []string{neTakeCard, "विवरण पुरानो भए नगर कार्यालय (市役所) मा सच्याउनुहोस्।"}, Where: neOffice,
	},
	SessionWithdrawn: {
		Title: "दर्ता रद्द भयो", Happened: "यो दर्ता र यसको कोड प्रयोग गर्न मिल्दैन।",
		Data:  "रद्द भएको खबर प्लेटफर्मलाई पठाइन्छ। यो मेसिनमा तपाईंको कुनै विवरण राखिएको छैन।",
		Steps: []string{neTakeCard, "सुरुदेखि गर्न कार्ड फेरि राख्नुहोस्।"},
	},
	WithdrawalFailed: {
		Title: "रद्द गरेको अभिलेख राख्न सकिएन", Happened: "यो मेसिनले लेख्न सकेन।",
		Data:  "कसैले कोड प्रयोग नगरेसम्म दर्ता लागू हुँदैन।",
		Steps: []string{neTakeCard, "कोड प्रयोग नगर्नुहोस्, कसैलाई नभन्नुहोस्।", "चिन्ता लागे तल सोध्नुहोस्।"}, Where: "{contact}",
	},
	PrinterPaper: {
		Title: neClosed, Happened: "कागज सकियो।", Data: neNotTaken, Steps: neCallStaff,
	},
	PrinterCover: {
		Title: neClosed, Happened: "प्रिन्टरको ढकन खुला छ।", Data: neNotTaken, Steps: neCallStaff,
	},
	PrinterJam: {
		Title: neClosed, Happened: "कागज अड्कियो।", Data: neNotTaken, Steps: neCallStaff,
	},
	PrinterCutter: {
		Title: neClosed, Happened: "प्रिन्टरले कागज काट्न सकेन।", Data: neNotTaken, Steps: neCallStaff,
	},
	PrinterHardware: {
		Title: neClosed, Happened: "प्रिन्टर बिग्रेको छ।", Data: neNotTaken, Steps: neCallStaff,
	},
	PrinterOffline: {
		Title: neClosed, Happened: "प्रिन्टर तयार छैन।", Data: neNotTaken, Steps: neCallStaff,
	},
	PrinterUnconfirmed: {
		Title: "पर्ची छापियो कि छापिएन, थाहा भएन", Happened: "पर्ची ननिस्केको हुन सक्छ, त्यसैले कोड यही स्क्रिनमा देखाइएको छ।",
		Data: "तपाईंको दर्ता प्राप्त भइसक्यो।", Steps: []string{"कोड लेख्नुहोस् वा फोटो खिच्नुहोस्।"},
	},
	ReaderNone: {
		Title: neClosed, Happened: "कार्ड रिडर जोडिएको छैन।", Data: neNothingSent, Steps: neCallStaff,
	},
	ReaderService: {
		Title: neClosed, Happened: "कार्ड रिडर तयार छैन।", Data: neNothingSent, Steps: neCallStaff,
	},
	ReaderBusy: {
		Title: neClosed, Happened: "कार्ड रिडर अर्को काममा व्यस्त छ।", Data: neNothingSent, Steps: neCallStaff,
	},
	ReaderFault: {
		Title: neClosed, Happened: "कार्ड रिडर बिग्रेको छ।", Data: neNothingSent, Steps: neCallStaff,
	},
	SensorTamper: {
		Title: neClosed, Happened: "सुरक्षा उपकरणले यो मेसिन रोक्यो।",
		Data: "पूरा नभएको काम पठाइएको छैन। प्राप्त भइसकेको दर्ता मान्य रहन्छ।", Steps: neElsewhere,
	},
	SensorDoor: {
		Title: neClosed, Happened: "मेसिनको ढोका खुला छ।", Data: neNotTaken, Steps: neCallStaff,
	},
	SensorSwitch: {
		Title: neClosed, Happened: "कर्मचारीले मेसिन जाँच्दै हुनुहुन्छ।", Data: neNotTaken, Steps: neCallStaff,
	},
	SensorNone: {
		Title: neClosed, Happened: "मेसिनले आफ्ना सुरक्षा उपकरण जाँच्न सकेन।", Data: neNotTaken, Steps: neCallStaff,
	},
	ScreenNone: {
		Title: neClosed, Happened: "स्क्रिन तयार छैन।", Data: neNotTaken, Steps: neCallStaff,
	},
	DiskFull: {
		Title: neClosed, Happened: "मेसिनमा राख्ने ठाउँ पुगेन।", Data: neNotTaken, Steps: neCallStaff,
	},
	DiskFault: {
		Title: "मेसिनले अभिलेख राख्न सकेन", Happened: "यो तपाईंको गल्ती होइन। सुरक्षाका लागि यहीँ रोकियो।",
		Data:  "यो दर्ता लागू हुने छैन। तपाईंको कुनै विवरण पढ्न मिल्ने रूपमा राखिएको छैन।",
		Steps: []string{neTakeCard, neOtherKiosk},
	},
	QueueFull: {
		Title: neClosed, Happened: "पठाउन बाँकी दर्ता धेरै भए।", Data: neNotTaken, Steps: neCallStaff,
	},
	QueueOld: {
		Title: neClosed, Happened: "पठाउन बाँकी दर्ता अझै छन्।", Data: neNotTaken, Steps: neCallStaff,
	},
	JournalFull: {
		Title: neClosed, Happened: "मेसिनले अरू दर्ता राख्न सक्दैन।", Data: neNotTaken, Steps: neCallStaff,
	},
	Clock: {
		Title: neClosed, Happened: "मेसिनको घडी मिलेको छैन।", Data: neNotTaken, Steps: neCallStaff,
	},
	HoursClosed: {
		Title: "अहिले सेवाको समय होइन", Happened: "अर्को सेवा {opens} देखि।", Data: neNotTaken,
		Steps: []string{"कृपया कार्ड नराख्नुहोस्।", "कार्ड भित्र छ भने निकाल्नुहोस्।", "सेवाको समयमा फेरि आउनुहोस्।"},
	},
	Offline: {
		Title: neClosed, Happened: "प्लेटफर्ममा जोडिन सकिएन।", Data: neNothingSent, Steps: neCallStaff,
	},
	OfflineNow: {
		Title: "प्लेटफर्मसँगको सम्पर्क टुट्यो", Happened: "दर्ता कुञ्जी जाँच्न नसकिएकोले यहीँ रोकियो।",
		Data: neNothingSent, Steps: []string{neTakeCard, "पछि प्रयास गर्नुहोस्, वा नजिकैको अर्को मेसिन प्रयोग गर्नुहोस्।"},
	},
	TerminalFault: {
		Title: "मेसिनभित्र केही गडबडी भयो", Happened: "यो तपाईंको गल्ती होइन। सुरक्षाका लागि यहीँ रोकियो।",
		Data: neNothingSent, Steps: []string{neTakeCard, neOtherKiosk},
	},
	TerminalStarting: {
		Title: "तयारी हुँदैछ", Happened: "मेसिन सुरु हुँदैछ।", Data: neNotTaken, Steps: []string{"कृपया एकछिन पर्खनुहोस्।"},
	},
	SetUpMissing: {
		Title: neClosed, Happened: "यो मेसिनको सेटिङ पूरा भएको छैन।", Data: neNotTaken, Steps: neCallStaff,
	},
	TerminalSuspended: {
		Title: neClosed, Happened: "अहिले यो मेसिन प्रयोग गर्न मिल्दैन।", Data: neNotTaken, Steps: neCallStaff,
	},
	ChipNone:    {Title: neClosed, Happened: neChip, Data: neNotTaken, Steps: neCallStaff},
	ChipCleared: {Title: neClosed, Happened: neChip, Data: neNotTaken, Steps: neCallStaff},
	ChipLockout: {Title: neClosed, Happened: neChip, Data: neNotTaken, Steps: neCallStaff},
	ChipFault:   {Title: neClosed, Happened: neChip, Data: neNotTaken, Steps: neCallStaff},
	RefusedKeyUnknown: {
		Title: neRefused, Happened: "दर्ता कुञ्जी भेटिएन। सक्रिय गर्ने कोड छैन।",
		Data: neUnused, Steps: []string{neTakeCard, neNewKey},
	},
	RefusedKeyUsed: {
		Title: neRefused, Happened: "दर्ता कुञ्जी प्रयोग भइसकेको छ। सक्रिय गर्ने कोड छैन।",
		Data: neUnused, Steps: []string{neTakeCard, neNewKey},
	},
	RefusedKeyExpired: {
		Title: neRefused, Happened: "दर्ता कुञ्जीको म्याद सकियो। सक्रिय गर्ने कोड छैन।",
		Data: neUnused, Steps: []string{neTakeCard, neNewKey},
	},
	RefusedRevoked: {
		Title: neRefused, Happened: "कार्डको प्रमाणपत्र रद्द भएको छ। ठेगाना सरेपछि वा नाम फेरेपछि नवीकरण गर्नुपर्छ।",
		Data: neUnused, Steps: []string{neTakeCard, neRenew}, Where: neOffice,
	},
	RefusedExpired: {
		Title: neRefused, Happened: "कार्डको प्रमाणपत्रको म्याद सकियो।",
		Data: neUnused, Steps: []string{neTakeCard, neRenew}, Where: neOffice,
	},
	RefusedUnfit: {
		Title: neRefused, Happened: "कार्डको प्रमाणपत्र यो दर्तामा प्रयोग गर्न मिल्दैन। अझै मान्य नभएको हुन सक्छ।",
		Data: neUnused, Steps: []string{neAskOffice}, Where: neOffice,
	},
	RefusedIssuer: {
		Title: neRefused, Happened: "कार्डको प्रमाणपत्र कसले जारी गरेको हो, पक्का गर्न सकिएन।",
		Data: neUnused, Steps: []string{neAskOffice}, Where: neOffice,
	},
	RefusedSignature: {
		Title: neRefused, Happened: "तपाईंको कार्डले गरेको हस्ताक्षर पक्का गर्न सकिएन।",
		Data: neUnused, Steps: []string{neTakeCard, neRestart, neAgain}, Where: neOffice,
	},
	RefusedAttributes: {
		Title: neRefusedHere, Happened: "यो मेसिनले पठाएको विवरण कार्डको प्रमाणपत्रसँग मिलेन।",
		Data: neUnused, Steps: []string{neTakeCard, neOtherKiosk},
	},
	RefusedPhoto: {
		Title: neRefused, Happened: "कार्डको फोटो ठीकसँग पुगेन।",
		Data: neUnused, Steps: []string{neTakeCard, "सुरुदेखि फेरि गर्नुहोस् र फोटो फेरि एक पटक पढ्न दिनुहोस्।"},
	},
	RefusedTerminal: {
		Title: neRefusedHere, Happened: neCardFine + "यो मेसिनको आफ्नै दर्तामा समस्या छ।",
		Data: neUnused, Steps: []string{neTakeCard, neOtherKiosk},
	},
	RefusedSetUp: {
		Title: neRefusedHere, Happened: neCardFine + "यो मेसिन अहिले प्लेटफर्मले मागेअनुसार सेट गरिएको छैन।",
		Data: neUnused, Steps: []string{neTakeCard, neOtherKiosk},
	},
	RefusedClock: {
		Title: neRefusedHere, Happened: neCardFine + "यो मेसिनको घडी मिलेको छैन।",
		Data: neUnused, Steps: []string{neTakeCard, neOtherKiosk},
	},
	RefusedWithdrawn: {
		Title: neRefused, Happened: "यो दर्ता रद्द गरिएको थियो।",
		Data: neUnused, Steps: []string{neTakeCard, "अझै दर्ता गर्न चाहनुहुन्छ भने सुरुदेखि फेरि गर्नुहोस्।"},
	},
	RefusedLate: {
		Title: neRefused, Happened: "सक्रिय गर्ने कोडको म्याद सकिएपछि मात्र दर्ता प्लेटफर्ममा पुग्यो।",
		Data: neUnused, Steps: []string{neTakeCard, neRestart},
	},
	RefusedOther: {
		Title: neRefused, Happened: "प्लेटफर्मले यो दर्ता लिएन।",
		Data: neUnused, Steps: []string{neTakeCard, neOtherKiosk},
	},
	ProductionKey:         {Title: neClosed, Happened: neNotSetUp, Data: neNotTaken, Steps: neCallStaff},
	ProductionBundle:      {Title: neClosed, Happened: neNotSetUp, Data: neNotTaken, Steps: neCallStaff},
	ProductionCertificate: {Title: neClosed, Happened: neNotSetUp, Data: neNotTaken, Steps: neCallStaff},
	ProductionCA:          {Title: neClosed, Happened: neNotSetUp, Data: neNotTaken, Steps: neCallStaff},
	ProductionReader:      {Title: neClosed, Happened: neNotSetUp, Data: neNotTaken, Steps: neCallStaff},
	ProductionOther:       {Title: neClosed, Happened: neNotSetUp, Data: neNotTaken, Steps: neCallStaff},
}
