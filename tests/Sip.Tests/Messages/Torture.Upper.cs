namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>RFC 4475 §3.2 to §3.4: readable, and wrong (or merely odd) for the transaction layer or the user agent.</summary>
public static partial class Torture
{
    private static IEnumerable<TortureMessage> Upper()
    {
        yield return Good("badbranch", $"""
            OPTIONS {Target} SIP/2.0
            {Plain("OPTIONS", "badbranch").Replace("z9hG4bK-badbranch", "z9hG4bK")}
            Content-Length: 0


            """);
        yield return Bad("insuf", SipFault.Missing, 400, $"""
            INVITE {Target} SIP/2.0
            CSeq: 193942 INVITE
            Via: SIP/2.0/UDP 192.0.2.95;branch=z9hG4bKkdj.insuf
            Content-Length: 0


            """);
        yield return Good("unkscm", $"OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0\n{Plain("OPTIONS", "unkscm")}\nContent-Length: 0\n\n");
        yield return Good("novelsc", $"OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0\n{Plain("OPTIONS", "novelsc")}\nContent-Length: 0\n\n");
        yield return Good("unksm2", """
            REGISTER sip:court.example SIP/2.0
            To: isbn:2983792873
            From: <http://www.court.example>;tag=3234233
            Call-ID: unksm2.daksdj@hyphenated-host.court.example
            CSeq: 234902 REGISTER
            Max-Forwards: 70
            Via: SIP/2.0/UDP 192.0.2.21:5060;branch=z9hG4bKkdjuw
            Contact: <name:John_Smith>
            l: 0


            """);
        yield return Good("bext01", $"""
            OPTIONS {Target} SIP/2.0
            {Plain("OPTIONS", "bext01")}
            Proxy-Require: nothingSupportsThis, nothingSupportsThisEither
            Require: nothingSupportsThis, nothingSupportsThisEither
            Content-Length: 0


            """);
        yield return Good("invut", $"""
            INVITE {Target} SIP/2.0
            {Plain("INVITE", "invut")}
            Contact: <sip:caller@court.net.example>
            Content-Type: application/unknownformat
            Content-Length: {"{len}"}

            <audio> <pcmu port="443"/> </audio>
            """);
        yield return Good("regaut01", $"""
            REGISTER sip:court.example SIP/2.0
            {Plain("REGISTER", "regaut01")}
            Authorization: NoOneKnowsThisScheme opaque-data=here
            Content-Length: 0


            """);
        yield return Bad("multi01", SipFault.Repeated, 400, """
            INVITE sip:user@company.example SIP/2.0
            Contact: <sip:caller@host25.court.net.example>
            Via: SIP/2.0/UDP 192.0.2.25;branch=z9hG4bKkdjuw
            Max-Forwards: 70
            CSeq: 5 INVITE
            Call-ID: multi01.98asdh@192.0.2.1
            CSeq: 59 INVITE
            Call-ID: multi01.98asdh@192.0.2.2
            From: sip:caller@court.example;tag=3413415
            To: sip:user@court.example
            To: sip:other@court.net.example
            From: sip:caller@court.example;tag=2923420123
            Contact: <sip:caller@host36.court.net.example>
            Max-Forwards: 5
            Content-Length: 0


            """);
        yield return Bad("mcl01", SipFault.Repeated, 400, $"""
            OPTIONS {Target} SIP/2.0
            {Plain("OPTIONS", "mcl01")}
            Content-Length: 13
            Content-Length: 5

            There's no way to know how many octets are supposed to be here.
            """);
        yield return Good("bcast", $"""
            SIP/2.0 200 OK
            Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923
            Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23
            {Plain("INVITE", "bcast", skip: "Via")}
            Content-Length: 0


            """);
        yield return Good("zeromf", $"OPTIONS {Target} SIP/2.0\n{Plain("OPTIONS", "zeromf").Replace("Max-Forwards: 70", "Max-Forwards: 0")}\nContent-Length: 0\n\n");
        yield return Good("cparam01", $"""
            REGISTER sip:court.example SIP/2.0
            {Plain("REGISTER", "cparam01")}
            Contact: sip:+19725552222@gw1.court.example;unknownparam
            l: 0


            """);
        yield return Good("cparam02", $"""
            REGISTER sip:court.example SIP/2.0
            {Plain("REGISTER", "cparam02")}
            Contact: <sip:+19725552222@gw1.court.example;unknownparam>
            l: 0


            """);
        yield return Good("regescrt", $"""
            REGISTER sip:court.example SIP/2.0
            {Plain("REGISTER", "regescrt")}
            Contact: <sip:user@court.example?Route=%3Csip:sip.court.example%3E>
            l: 0


            """);
        yield return Good("sdp01", $"""
            INVITE {Target} SIP/2.0
            {Plain("INVITE", "sdp01")}
            Contact: <sip:caller@court.net.example>
            Accept: text/nobodyKnowsThis
            Content-Type: application/sdp
            Content-Length: {"{len}"}

            {Sdp}
            """);
        yield return Good("inv2543", $"""
            INVITE sip:UserB@court.example SIP/2.0
            Via: SIP/2.0/UDP iftgw.court.example
            From: <sip:+13035551111@ift.client.court.example;user=phone>
            Record-Route: <sip:UserB@court.example;maddr=ss1.court.example>
            To: sip:+16505552222@ss1.court.net.example;user=phone
            Call-ID: inv2543.1717@ift.client.court.example
            CSeq: 56 INVITE
            Content-Type: application/sdp

            {Sdp}
            """);
    }
}
