using System.Security.Cryptography;
using AvGateway.Devices;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Snmp;

/// <summary>
/// What a link <c>snmp://HOST:161?version=2c</c> or <c>snmp://USER@HOST:161?version=3&amp;auth=sha&amp;priv=aes</c> says. The secret is the
/// community, or the passphrase: one for both, or that of the encryption on a second line.
/// </summary>
internal sealed record SnmpSettings(bool IsVersion3, string User, HashAlgorithmName Hash, bool HasPrivacy)
{
    private static readonly string[] Known = ["version", "auth", "priv"];

    public static IEnumerable<string> Check(LinkAddress address)
    {
        if (address.Host.Length == 0) yield return "write snmp://HOST:161?version=2c or snmp://USER@HOST:161?version=3";
        else if (address.Port is null) yield return $"the port is missing; write snmp://{address.Host}:161";
        if (address.Path is not ("" or "/")) yield return $"snmp knows no path; take \"{address.Path}\" out";
        foreach (var option in address.Options.Keys.Except(Known, StringComparer.Ordinal))
            yield return $"snmp knows no option \"{option}\"; known are {string.Join(", ", Known)}";
        var version = address.Option("version") ?? "2c";
        if (version is not ("2c" or "3")) yield return $"version={version} is not 2c or 3";
        if (version == "3" && string.IsNullOrEmpty(address.User)) yield return $"version 3 needs a user; write snmp://USER@{address.Host}:{address.Port}?version=3";
        if (version != "3" && address.User is not null) yield return $"version 2c knows no user; take \"{address.User}@\" out and give the community as secret";
        if (version != "3" && (address.Option("auth") ?? address.Option("priv")) is not null) yield return "auth and priv belong to version=3";
        if (address.Option("auth") is { } auth && auth is not ("sha" or "sha256")) yield return $"auth={auth} is not sha or sha256";
        if (address.Option("priv") is { } priv && priv is not ("aes" or "none")) yield return $"priv={priv} is not aes or none";
    }

    public static SnmpSettings Read(LinkAddress address) => Check(address).FirstOrDefault() is { } finding
        ? throw new LinkException(StatusReasons.ConnectFailed, $"{address}: {finding}")
        : new(address.Option("version") == "3", address.User ?? "",
            address.Option("auth") == "sha256" ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1, address.Option("priv") != "none");
}
