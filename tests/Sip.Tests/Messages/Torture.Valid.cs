namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>RFC 4475 §3.1.1: ugly, and right.</summary>
public static partial class Torture
{
    private static IEnumerable<TortureMessage> Valid()
    {
        yield return Good("wsinv", $$"""
            INVITE sip:codec@hall-3.court.example;unknownparam SIP/2.0
            TO :
             sip:codec@hall-3.court.example ;   tag    = 1918181833n
            from   : "C Clerk \\\""       <sip:clerk@court.example>
              ;
              tag = 98asjd8
            MaX-fOrWaRdS: 0068
            Call-ID: wsinv.ndaksdj@192.0.2.1
            Content-Length   : {len}
            cseq: 0009
              INVITE
            Via  : SIP  /   2.0
             /UDP
                192.0.2.2;branch=390skdjuw
            s :
            NewFangledHeader:   newfangled value
             continued newfangled value
            UnknownHeaderWithUnusualValue: ;;,,;;,;
            Content-Type: application/sdp
            Route:
             <sip:proxy.court.example;lr;unknownwith=value;unknown-no-value>
            v:  SIP  / 2.0  / TCP     hall-3.court.example   ;
              branch  =   z9hG4bK9ikj8  ,
             SIP  /    2.0   / UDP  192.168.255.111   ; branch=
             z9hG4bK30239
            m:"Quoted string \"\"" <sip:clerk@court.example> ; newparam =
                  newvalue ;
              secondparam ; q = 0.33

            {{Sdp}}
            """);

        yield return Good("intmeth", """
            !odd-Method0123456789_*+`.%allowed'~ sip:1_strange.URI~(so-be!it)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@court.example SIP/2.0
            Via: SIP/2.0/TCP host1.court.example;branch=z9hG4bK-.!%66*_+`'~
            To: "BEL:\{07} NUL:\{00} DEL:\{7F}" <sip:1_strange.URI~(so-be!it)&isn't+it$/crazy?,/;;*@court.example>
            From: token1~` token2'+_ token3*%!.- <sip:mundane@court.example>;fromParam''~+*_!.-%="работающий";tag=_token~1'+`*%!-.
            Call-ID: intmeth.word%ZK-!.*_+'@word`~)(><:\/"][?}{
            CSeq: 139122385 !odd-Method0123456789_*+`.%allowed'~
            Max-Forwards: 255
            extensionHeader-!.%*+_`'~:大停電
            Content-Length: 0


            """);

        yield return Good("esc01", $"""
            INVITE sip:sips%3Auser%40court.example@court.net.example SIP/2.0
            To: sip:%75se%72@court.example
            From: <sip:I%20have%20spaces@court.net.example>;tag=938
            Max-Forwards: 87
            i: esc01.239409asdfakjkn23onasd0-3234
            CSeq: 234234 INVITE
            Via: SIP/2.0/UDP host5.court.net.example;branch=z9hG4bKkdjuw
            C: application/sdp
            Contact: <sip:cal%6Cer@host5.court.net.example;%6C%72;n%61me=v%61lue%25%34%31>
            Content-Length: {"{len}"}

            {Sdp}
            """);

        yield return Good("escnull", """
            REGISTER sip:court.example SIP/2.0
            To: sip:null-%00-null@court.example
            From: sip:null-%00-null@court.example;tag=839923423
            Max-Forwards: 70
            Call-ID: escnull.39203ndfvkjdasfkq3w4otrq0adsfdfnavd
            CSeq: 14398234 REGISTER
            Via: SIP/2.0/UDP host5.court.example;branch=z9hG4bKkdjuw
            Contact: <sip:%00@host5.court.example>
            Contact: <sip:%00%00@host5.court.example>
            L:0


            """);

        yield return Good("esc02", """
            RE%47IST%45R sip:registrar.court.example SIP/2.0
            To: "%Z%45" <sip:resource@court.example>
            From: "%Z%45" <sip:resource@court.example>;tag=f232jadfj23
            Call-ID: esc02.asdfnqwo34rq23i34jrjasdcnl23nrlknsdf
            Via: SIP/2.0/TCP host.court.example;branch=z9hG4bK209%fzsnel234
            CSeq: 29344 RE%47IST%45R
            Max-Forwards: 70
            Contact: <sip:alias1@host1.court.example>
            C%6Fntact: <sip:alias2@host2.court.example>
            Contact: <sip:alias3@host3.court.example>
            l: 0


            """);

        yield return Good("lwsdisp", """
            OPTIONS sip:user@court.example SIP/2.0
            To: sip:user@court.example
            From: caller<sip:caller@court.example>;tag=323
            Max-Forwards: 70
            Call-ID: lwsdisp.1234abcd@funky.court.example
            CSeq: 60 OPTIONS
            Via: SIP/2.0/UDP funky.court.example;branch=z9hG4bKkdjuw
            l: 0


            """);

        yield return Good("longreq", LongRequest());

        yield return Good("dblreq", $"""
            REGISTER sip:court.example SIP/2.0
            {Plain("REGISTER", "dblreq")}
            Contact: sip:j.user@host.court.example
            Content-Length: 0


            """ + $"""
            INVITE sip:joe@court.example SIP/2.0
            {Plain("INVITE", "dblreq")}
            Content-Type: application/sdp
            Content-Length: 226

            {Sdp}
            """);

        yield return Good("semiuri", """
            OPTIONS sip:user;par=u%40court.net.example@court.example SIP/2.0
            To: sip:j_user@court.example
            From: sip:caller@court.example;tag=33242
            Max-Forwards: 3
            Call-ID: semiuri.0ha0isndaksdj
            CSeq: 8 OPTIONS
            Accept: application/sdp, application/pkcs7-mime,
                    multipart/mixed, multipart/signed,
                    message/sip, message/sipfrag
            Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKkdjuw
            l: 0


            """);

        yield return Good("transports", """
            OPTIONS sip:user@court.example SIP/2.0
            To: sip:user@court.example
            From: <sip:caller@court.example>;tag=323
            Max-Forwards: 70
            Call-ID:  transports.kijh4akdnaqjkwendsasfdj
            Accept: application/sdp
            CSeq: 60 OPTIONS
            Via: SIP/2.0/UDP t1.court.example;branch=z9hG4bKkdjuw
            Via: SIP/2.0/SCTP t2.court.example;branch=z9hG4bKklasjdhf
            Via: SIP/2.0/TLS t3.court.example;branch=z9hG4bK2980unddj
            Via: SIP/2.0/UNKNOWN t4.court.example;branch=z9hG4bKasd0f3en
            Via: SIP/2.0/TCP t5.court.example;branch=z9hG4bK0a9idfnee
            l: 0


            """);

        yield return Good("mpart01", """
            MESSAGE sip:kumiko@court.example SIP/2.0
            Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-d87543-4dade06d0bdb11ee-1--d87543-;rport
            Max-Forwards: 70
            Route: <sip:127.0.0.1:5080>
            Contact: <sip:fluffy@127.0.0.1:5070>
            To: <sip:kumiko@court.example>
            From: <sip:fluffy@court.example>;tag=2fb0dcc9
            Call-ID: 3d9485ad0c49859b@Zmx1ZmZ5LW1hYw..
            CSeq: 1 MESSAGE
            Content-Transfer-Encoding: binary
            Content-Type: multipart/mixed;boundary=7a9cbec02ceef655
            Date: Sat, 15 Oct 2005 04:44:56 GMT
            User-Agent: endpoint/1.0
            Content-Length: {len}

            --7a9cbec02ceef655
            Content-Type: text/plain
            Content-Transfer-Encoding: binary

            Hello
            --7a9cbec02ceef655
            Content-Type: application/octet-stream
            Content-Transfer-Encoding: binary

            {30}{82}{01}{00}{0D}{0A}{FF}{00}--7a9cbec02ceef
            {80}
            --7a9cbec02ceef655--
            """);

        yield return Good("unreason", $"""
            SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять - простое
            {Plain("INVITE", "unreason")}
            Contact: <sip:user@host198.court.example>
            Content-Type: application/sdp
            Content-Length: {"{len}"}

            {Sdp}
            """);

        yield return Good("noreason", "SIP/2.0 100 \n" + Plain("INVITE", "noreason") + "\nContent-Length: 0\n\n");
    }

    private static string LongRequest()
    {
        var longer = string.Concat(Enumerable.Repeat("long", 60));
        var vias = string.Join('\n', Enumerable.Range(1, 34).Select(n => $"v: SIP/2.0/TCP sip{n}.court.example;branch=z9hG4bK-{longer}-{n}"));
        return $"""
            INVITE sip:user@court.example SIP/2.0
            To: "I have a user name of {longer} proportion" <sip:user@court.example:6000;unknownparam1={longer};{longer}parameter=shortvalue;very{longer}ParameterNameWithNoValue>
            F: sip:amazinglylongcallername-{longer}@court.net.example;tag=12{longer}982424;unknownheaderparamname{longer}=unknowheaderparamvalue{longer};unknownValueless{longer}
            Call-ID: longreq.one{longer}callid
            CSeq: 3882340 INVITE
            Unknown-{longer}-Name: unknown-{longer}-value; unknown-{longer}-parameter-name = unknown-{longer}-value
            {vias}
            Max-Forwards: 70
            Contact: <sip:amazingly{longer}callername@host5.court.net.example>
            Content-Type: application/sdp
            l: {"{len}"}

            {Sdp}
            """;
    }
}
