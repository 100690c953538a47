using System.Diagnostics.CodeAnalysis;
using AvGateway.Links;

namespace AvGateway.Mqtt.External;

/// <summary>A broker as <c>--broker</c> names it: <c>mqtt://user@host:port</c> or <c>mqtts://user@host:port</c>.</summary>
public sealed record BrokerAddress(string Host, int Port, bool IsEncrypted, string? User)
{
    private const int PlainPort = 1883;
    private const int EncryptedPort = 8883;

    public static bool TryParse(string text, [NotNullWhen(true)] out BrokerAddress? address, [NotNullWhen(false)] out string? why)
    {
        address = null;
        if (!LinkAddress.TryParse(text, out var link, out why)) return false;
        if (link.Scheme is not ("mqtt" or "mqtts") || link.Host.Length == 0 || link.Path.Length > 0 || link.Options.Count > 0)
        {
            why = $"\"{text}\" is not mqtt://USER@HOST:PORT or mqtts://USER@HOST:PORT";
            return false;
        }

        var isEncrypted = link.Scheme == "mqtts";
        address = new(link.Host, link.Port ?? (isEncrypted ? EncryptedPort : PlainPort), isEncrypted, link.User);
        return true;
    }

    public override string ToString() => $"{(IsEncrypted ? "mqtts" : "mqtt")}://{(User is null ? "" : User + "@")}{Host}:{Port}";
}
