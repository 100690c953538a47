using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace AvGateway.Simulator.Devices.SipCodec;

/// <summary>A request or a response as an endpoint reads and writes it (RFC 3261 §7): start line, fields in their order, body.</summary>
internal sealed class SipPacket(string start, string body = "")
{
    private static readonly Dictionary<string, string> Compact = new(StringComparer.OrdinalIgnoreCase)
    {
        ["v"] = "Via",
        ["f"] = "From",
        ["t"] = "To",
        ["i"] = "Call-ID",
        ["m"] = "Contact",
        ["l"] = "Content-Length",
        ["c"] = "Content-Type",
        ["k"] = "Supported",
        ["e"] = "Content-Encoding",
        ["o"] = "Event",
        ["r"] = "Refer-To",
        ["b"] = "Referred-By",
        ["x"] = "Session-Expires",
    };

    private readonly List<(string Name, string Value)> _fields = [];

    public bool IsRequest => !start.StartsWith("SIP/2.0 ", StringComparison.Ordinal);

    public string Method => IsRequest ? start.Split(' ')[0] : this["CSeq"].Split(' ')[^1];

    public string Uri => start.Split(' ') is [_, var uri, ..] ? uri : "";

    public int Status => !IsRequest && int.TryParse(start.AsSpan(8, Math.Min(3, start.Length - 8)), out var status) ? status : 0;

    public string Body { get; set; } = body;

    public string CallId => this["Call-ID"];

    public string FromTag => Parameter(this["From"], "tag");

    public string ToTag => Parameter(this["To"], "tag");

    public string Branch => Parameter(this["Via"], "branch");

    public uint Sequence => uint.TryParse(this["CSeq"].Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;

    /// <summary>The first field of that name, or nothing.</summary>
    public string this[string name] =>
        _fields.Find(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value ?? "";

    public IEnumerable<string> All(string name) =>
        _fields.Where(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(f => f.Value);

    public SipPacket Add(string name, string value)
    {
        _fields.Add((name, value));
        return this;
    }

    public SipPacket With(string type, string text)
    {
        Body = text;
        return Add("Content-Type", type);
    }

    /// <summary>Without its body; false when that is no head of a message.</summary>
    public static bool TryRead(ReadOnlySpan<byte> head, [NotNullWhen(true)] out SipPacket? packet)
    {
        packet = null;
        var lines = Encoding.UTF8.GetString(head).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length < 2 || !(lines[0].EndsWith(" SIP/2.0", StringComparison.Ordinal) || lines[0].StartsWith("SIP/2.0 ", StringComparison.Ordinal)))
            return false;
        var read = new SipPacket(lines[0]);
        foreach (var line in lines.Skip(1))
        {
            if (line[0] is ' ' or '\t' && read._fields.Count > 0)
            {
                read._fields[^1] = (read._fields[^1].Name, read._fields[^1].Value + " " + line.Trim());
                continue;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0) return false;
            var name = line[..colon].Trim();
            read.Add(Compact.GetValueOrDefault(name, name), line[(colon + 1)..].Trim());
        }

        packet = read;
        return read.CallId.Length > 0 && read["CSeq"].Length > 0 && read["Via"].Length > 0;
    }

    /// <summary>The response to this request, with what every response repeats (§8.2.6).</summary>
    public SipPacket Reply(int status, string tag = "")
    {
        var reply = new SipPacket($"SIP/2.0 {status} {SipWords.Reason(status)}");
        foreach (var (name, value) in _fields)
        {
            if (name is "Via" or "Record-Route" or "From" or "Call-ID" or "CSeq") reply.Add(name, value);
            else if (name == "To") reply.Add(name, status == 100 || ToTag.Length > 0 || tag.Length == 0 ? value : $"{value};tag={tag}");
        }

        return reply;
    }

    /// <param name="length">The Content-Length to claim; null: the true one.</param>
    public byte[] ToBytes(int? length = null)
    {
        var text = new StringBuilder(start).Append("\r\n");
        foreach (var (name, value) in _fields)
        {
            if (name != "Content-Length") text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"Content-Length: {length ?? Encoding.UTF8.GetByteCount(Body)}\r\n\r\n").Append(Body);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>A parameter behind the address or the value of a field.</summary>
    public static string Parameter(string field, string name)
    {
        var behind = field.LastIndexOf('>') is >= 0 and var end ? field[(end + 1)..] : field;
        foreach (var part in behind.Split(';').Skip(1))
        {
            if (part.Split('=', 2) is [var key, var value] && key.Trim().Equals(name, StringComparison.OrdinalIgnoreCase)) return value.Trim();
        }

        return "";
    }

    /// <summary>The URI of an address field, without display name, brackets and parameters of the field.</summary>
    public static string Address(string field)
    {
        var open = field.IndexOf('<', StringComparison.Ordinal);
        if (open < 0) return field.Split(';')[0].Trim();
        var close = field.IndexOf('>', open);
        return close < 0 ? field[(open + 1)..] : field[(open + 1)..close];
    }

    /// <summary>The part before the at sign, or nothing.</summary>
    public static string User(string uri)
    {
        var behind = uri[(uri.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return behind.IndexOf('@', StringComparison.Ordinal) is >= 0 and var at ? behind[..at] : "";
    }
}

/// <summary>Phrases of the responses that an endpoint gives.</summary>
internal static class SipWords
{
    public const string DialogInfo = "application/dialog-info+xml";
    public const string RegistrationInfo = "application/reginfo+xml";
    public const string Fragment = "message/sipfrag";
    public const string Description = "application/sdp";
    public const string Methods = "INVITE, ACK, CANCEL, BYE, OPTIONS, SUBSCRIBE, NOTIFY, REFER, INFO, UPDATE, MESSAGE";

    public static string Reason(int status) => status switch
    {
        100 => "Trying",
        180 => "Ringing",
        200 => "OK",
        202 => "Accepted",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        480 => "Temporarily Unavailable",
        481 => "Call/Transaction Does Not Exist",
        486 => "Busy Here",
        487 => "Request Terminated",
        488 => "Not Acceptable Here",
        489 => "Bad Event",
        503 => "Service Unavailable",
        600 => "Busy Everywhere",
        603 => "Decline",
        _ => status < 500 ? "Refused" : status < 600 ? "Failed" : "Refused Everywhere",
    };
}
