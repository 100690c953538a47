using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace AvGateway.Host.Hosting;

/// <summary>An address to listen on, as <c>--http</c> and <c>--mqtt</c> take it; port 0 takes any free one.</summary>
internal sealed record HostAndPort(IPAddress Address, int Port)
{
    public const string Form = "HOST:PORT, for example 127.0.0.1:8080; port 0 takes a free one";

    /// <summary>It listens on every address of this machine.</summary>
    public bool IsEverywhere => Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any);

    public static bool TryParse(string text, [NotNullWhen(true)] out HostAndPort? endpoint)
    {
        endpoint = null;
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > 65535) return false;
        var host = text[..colon].Trim('[', ']');
        var address = host switch
        {
            "localhost" => IPAddress.Loopback,
            "*" => IPAddress.IPv6Any,
            _ => IPAddress.TryParse(host, out var literal) ? literal : null,
        };
        if (address is null) return false;
        endpoint = new(address, port);
        return true;
    }
}
