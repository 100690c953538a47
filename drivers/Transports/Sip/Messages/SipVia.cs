using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>One Via value: where a request passed, and where its response goes.</summary>
public sealed record SipVia(string Version, string Transport, string Host, int? Port, SipParameters Parameters)
{
    /// <summary>RFC 3261 §8.1.1.7: a branch with this start is unique over space and time.</summary>
    public const string MagicCookie = "z9hG4bK";

    public string? Branch => Parameters["branch"];

    public string? Received => Parameters["received"];

    public bool WantsRport => Parameters.Has("rport");

    public int? Rport =>
        int.TryParse(Parameters["rport"], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65_536
            ? port
            : null;

    public bool HasMagicCookie =>
        Branch is { } branch && branch.Length > MagicCookie.Length && branch.StartsWith(MagicCookie, StringComparison.Ordinal);

    internal static bool TryRead(ref SipScanner scanner, [NotNullWhen(true)] out SipVia? via)
    {
        via = null;
        scanner.SkipWhite();
        if (!scanner.TakeAll(SipGrammar.Token).Equals("SIP", StringComparison.OrdinalIgnoreCase) || !scanner.TakeSeparator('/'))
            return false;
        var version = scanner.TakeAll(SipGrammar.Token);
        if (version.IsEmpty || !scanner.TakeSeparator('/')) return false;
        var transport = scanner.TakeAll(SipGrammar.Token);
        if (transport.IsEmpty || scanner.Next is not (' ' or '\t')) return false;
        scanner.SkipWhite();
        if (!scanner.TryTakeHostPort(true, out var host, out var port) || !SipParameters.TryReadHeader(ref scanner, out var parameters))
            return false;
        scanner.SkipWhite();
        via = new(version.SequenceEqual("2.0") ? "2.0" : version.ToString(), Interned(transport), host, port, parameters);
        return true;
    }

    public override string ToString() =>
        $"SIP/{Version}/{Transport} {Host}{(Port is { } port ? ":" + port.ToString(CultureInfo.InvariantCulture) : "")}{Parameters}";

    private static string Interned(ReadOnlySpan<char> transport) => transport switch
    {
        "UDP" => "UDP",
        "TCP" => "TCP",
        "TLS" => "TLS",
        _ => transport.ToString(),
    };
}
