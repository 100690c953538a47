using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using AvGateway.Drivers.Http;

namespace AvGateway.Drivers.Protocols.IsapiRecorder;

/// <summary>One stretch that the recorder has on its disk, in its own local time.</summary>
internal readonly record struct IsapiStretch(DateTime From, DateTime To);

/// <summary>Answers of the interface. Namespaces differ by firmware: only local names count.</summary>
internal static class IsapiXml
{
    private static readonly XmlReaderSettings Bounded = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = HttpLimits.Reply,
    };

    /// <summary>Null for a page for people, half a document, or another element than was asked for.</summary>
    public static XElement? Read(HttpReply reply, string name)
    {
        try
        {
            // From text: what the document says of its encoding does not matter any more.
            using var reader = XmlReader.Create(new StringReader(reply.Body.TrimStart('\uFEFF', ' ', '\r', '\n')), Bounded);
            var root = XElement.Load(reader);
            return root.Name.LocalName == name ? root : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    public static string? Text(XElement parent, string name) => parent.Descendants().FirstOrDefault(e => e.Name.LocalName == name)?.Value.Trim();

    public static IEnumerable<XElement> All(XElement parent, string name) => parent.Descendants().Where(e => e.Name.LocalName == name);

    /// <summary>Why something was not done, in the device's words; null when it was.</summary>
    public static string? Refusal(HttpReply reply)
    {
        if (Read(reply, "ResponseStatus") is not { } status) return reply.IsGood ? null : reply.Words;
        if (Text(status, "statusCode") is "1" or "0" && reply.IsGood) return null;
        return $"{Text(status, "statusCode")} {Text(status, "statusString")} ({Text(status, "subStatusCode")})";
    }

    public static bool IsMethodRefused(HttpReply reply) =>
        reply.Status == 405 || (Read(reply, "ResponseStatus") is { } status && Text(status, "subStatusCode") == "methodNotAllowed");

    /// <summary>The clock: with its zone, or without and then in that of the option.</summary>
    public static bool TryClock(string? text, TimeSpan zone, out DateTime local, out DateTimeOffset absolute)
    {
        (local, absolute) = (default, default);
        if (text is null || text.Length < 19 || !TryLocal(text, out local)) return false;
        if (text.Length == 19)
        {
            absolute = new(local, zone);
            return true;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out absolute);
    }

    /// <summary>The answer to a search, oldest first; null when it is none.</summary>
    public static List<IsapiStretch>? Stretches(HttpReply reply)
    {
        if (!reply.IsGood || Read(reply, "CMSearchResult") is not { } result) return null;
        var found = new List<IsapiStretch>();
        foreach (var match in All(result, "searchMatchItem"))
        {
            if (!TryLocal(Text(match, "startTime"), out var from) || !TryLocal(Text(match, "endTime"), out var to) || to < from) return null;
            found.Add(new(from, to));
        }

        found.Sort((a, b) => a.To.CompareTo(b.To));
        return found;
    }

    /// <summary>The wall clock of the device: many firmwares write a Z behind it and mean local time.</summary>
    private static bool TryLocal(string? text, out DateTime local)
    {
        local = default;
        return text is { Length: >= 19 } && DateTime.TryParseExact(text[..19], "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out local);
    }
}
