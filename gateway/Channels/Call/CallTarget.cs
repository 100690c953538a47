using System.Buffers;
using AvGateway.Drivers.Transports.Sip;
using AvGateway.Links;

namespace AvGateway.Channels.Call;

/// <summary>Whom to ring: an extension or a number of the court's own exchange. Where it leads is the exchange's matter, not the notice's.</summary>
internal static class CallTarget
{
    private const int Longest = 40;
    private const string Transport = "transport";

    private static readonly SearchValues<char> Dialled = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+*._-");

    /// <summary>Null for an extension, else what is wrong.</summary>
    public static string? Check(string address) => address.Length is > 0 and <= Longest && !address.AsSpan().ContainsAnyExcept(Dialled)
        ? null : "write the extension to ring, for example 8001; the exchange stands in \"link\"";

    public static SipUri Of(LinkAddress exchange, string? user)
    {
        var transport = exchange.Option(Transport) ?? "udp";
        var uri = SipUri.Of(user, exchange.Host, exchange.Port ?? (transport == "tls" ? 5061 : 5060));
        return transport == "udp" ? uri : uri with { Parameters = SipParameters.None.With(Transport, transport) };
    }
}
