using System.Text;

namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>One message of the torture list and its documented verdict.</summary>
/// <param name="Status">Status of the refusal; 0 with a fault means: dropped.</param>
public sealed record TortureMessage(string Name, byte[] Octets, SipFault Fault, int Status = 0)
{
    public override string ToString() => Name;
}

/// <summary>
/// Own messages, one for each construction that RFC 4475 describes, under the names it gives them. In the texts a line end is CRLF,
/// {hh} is the octet of that value and {len} the length of the body.
/// </summary>
public static partial class Torture
{
    public static IEnumerable<TortureMessage> All => [.. Valid(), .. Invalid(), .. Upper()];

    public static TortureMessage Named(string name) => All.Single(m => m.Name == name);

    private static TortureMessage Good(string name, string text) => new(name, Wire(text), SipFault.None);

    private static TortureMessage Bad(string name, SipFault fault, int status, string text) => new(name, Wire(text), fault, status);

    internal static byte[] Wire(string text)
    {
        var split = text.IndexOf("\n\n", StringComparison.Ordinal);
        var body = split < 0 ? [] : Octets(text[(split + 2)..]);
        var head = split < 0 ? text : text[..(split + 2)];
        return [.. Octets(head.Replace("{len}", body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture))), .. body];
    }

    private static byte[] Octets(string text)
    {
        var octets = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n')
            {
                octets.AddRange("\r\n"u8);
            }
            else if (text[i] == '{' && i + 3 < text.Length && text[i + 3] == '}')
            {
                octets.Add(Convert.ToByte(text.Substring(i + 1, 2), 16));
                i += 3;
            }
            else
            {
                var rune = char.IsHighSurrogate(text[i]) ? text.Substring(i++, 2) : text[i].ToString();
                octets.AddRange(Encoding.UTF8.GetBytes(rune));
            }
        }

        return [.. octets];
    }

    /// <summary>The header fields that a case does not play with.</summary>
    private static string Plain(string method, string name, string? skip = null)
    {
        (string Field, string Line)[] lines =
        [
            ("Via", $"Via: SIP/2.0/UDP gw.court.example;branch=z9hG4bK-{name}"),
            ("From", "From: <sip:clerk@court.example>;tag=f-1"),
            ("To", "To: <sip:codec@court.example>"),
            ("Call-ID", $"Call-ID: {name}.torture@gw.court.example"),
            ("CSeq", $"CSeq: 8 {method}"),
            ("Max-Forwards", "Max-Forwards: 70"),
        ];
        return string.Join('\n', lines.Where(l => l.Field != skip).Select(l => l.Line));
    }

    private const string Sdp = """
        v=0
        o=clerk 29739 7272939 IN IP4 192.0.2.1
        s=-
        c=IN IP4 192.0.2.1
        t=0 0
        m=audio 49217 RTP/AVP 0 12

        """;
}
