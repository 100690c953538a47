namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>RFC 4475 §3.1.2: wrong in themselves. Where it leaves a choice between guessing and refusing, we refuse.</summary>
public static partial class Torture
{
    private const string Target = "sip:codec@court.example";

    private static IEnumerable<TortureMessage> Invalid()
    {
        yield return Bad("badinv01", SipFault.Via, 400, $"""
            INVITE {Target} SIP/2.0
            {Plain("INVITE", "badinv01", skip: "Via")}
            Contact: "Joe" <sip:joe@court.example>;;;;
            Via: SIP/2.0/UDP 192.0.2.15;;,;,,
            Content-Length: 0


            """);
        yield return Bad("clerr", SipFault.Truncated, 400, $"""
            INVITE {Target} SIP/2.0
            {Plain("INVITE", "clerr")}
            Content-Type: application/sdp
            Content-Length: 9999

            {Sdp}
            """);
        yield return Bad("ncl", SipFault.ContentLength, 400, $"""
            INVITE {Target} SIP/2.0
            {Plain("INVITE", "ncl")}
            Content-Type: application/sdp
            Content-Length: -999

            {Sdp}
            """);
        yield return Bad("scalar02", SipFault.Sequence, 400, $"""
            REGISTER sip:court.example SIP/2.0
            {Plain("REGISTER", "scalar02", skip: "CSeq").Replace("Max-Forwards: 70", "Max-Forwards: 300")}
            CSeq: 36893488147419103232 REGISTER
            Expires: 1{new string('0', 100)}
            Contact: <sip:user@host129.court.example>;expires=280297596632815
            Content-Length: 0


            """);
        yield return Bad("scalarlg", SipFault.Sequence, 0, $"""
            SIP/2.0 503 Service Unavailable
            {Plain("INVITE", "scalarlg", skip: "CSeq")}
            CSeq: 9292394834772304023312 OPTIONS
            Retry-After: 949302838503028349304023988
            Warning: 1812 overture "In Progress"
            Content-Length: 0


            """);
        yield return Bad("quotbal", SipFault.Address, 400, $"""
            INVITE {Target} SIP/2.0
            {Plain("INVITE", "quotbal", skip: "To")}
            To: "Mr. J. User <sip:j.user@court.example>
            Content-Length: 0


            """);
        yield return Bad("ltgtruri", SipFault.RequestUri, 400, $"INVITE <{Target}> SIP/2.0\n{Plain("INVITE", "ltgtruri")}\nContent-Length: 0\n\n");
        yield return Bad("lwsruri", SipFault.RequestUri, 400, $"INVITE {Target}; lr SIP/2.0\n{Plain("INVITE", "lwsruri")}\nContent-Length: 0\n\n");
        yield return Bad("lwsstart", SipFault.RequestUri, 400, $"INVITE  {Target}  SIP/2.0\n{Plain("INVITE", "lwsstart")}\nContent-Length: 0\n\n");
        yield return Bad("trws", SipFault.StartLine, 400, $"OPTIONS {Target} SIP/2.0  \n{Plain("OPTIONS", "trws")}\nContent-Length: 0\n\n");
        yield return Bad("escruri", SipFault.RequestUri, 400,
            $"INVITE {Target}?Route=%3Csip:court.net.example%3E SIP/2.0\n{Plain("INVITE", "escruri")}\nContent-Length: 0\n\n");
        yield return Bad("baddate", SipFault.Date, 400,
            $"INVITE {Target} SIP/2.0\n{Plain("INVITE", "baddate")}\nDate: Fri, 01 Jan 2010 16:00:00 EST\nContent-Length: 0\n\n");
        yield return Bad("regbadct", SipFault.Address, 400, $"""
            REGISTER sip:court.example SIP/2.0
            {Plain("REGISTER", "regbadct")}
            Contact: sip:user@court.example?Route=%3Csip:sip.court.example%3E
            Content-Length: 0


            """);
        yield return Bad("badaspec", SipFault.Address, 400,
            $"OPTIONS {Target} SIP/2.0\n{Plain("OPTIONS", "badaspec", skip: "To")}\nTo: \"Watson, Thomas\" < sip:t.watson@court.example >\nContent-Length: 0\n\n");
        yield return Bad("baddn", SipFault.Address, 400,
            $"OPTIONS {Target} SIP/2.0\n{Plain("OPTIONS", "baddn", skip: "From")}\nFrom: Bell, Alexander <sip:a.g.bell@court.example>;tag=43\nContent-Length: 0\n\n");
        yield return Bad("badvers", SipFault.Version, 505, $"""
            OPTIONS {Target} SIP/7.0
            {Plain("OPTIONS", "badvers").Replace("SIP/2.0", "SIP/7.0")}
            Content-Length: 0


            """);
        yield return Bad("mismatch01", SipFault.SequenceMethod, 400,
            $"OPTIONS {Target} SIP/2.0\n{Plain("INVITE", "mismatch01")}\nContent-Length: 0\n\n");
        yield return Bad("mismatch02", SipFault.SequenceMethod, 501,
            $"NEWMETHOD {Target} SIP/2.0\n{Plain("INVITE", "mismatch02")}\nContent-Length: 0\n\n");
        yield return Bad("bigcode", SipFault.StatusCode, 0,
            $"SIP/2.0 4294967301 better not break the receiver\n{Plain("INVITE", "bigcode")}\nContent-Length: 0\n\n");
    }
}
