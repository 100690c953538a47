using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AvGateway.Devices;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Wake;

/// <summary>What a link <c>wake://USER@HOST:22?mac=…&amp;broadcast=…</c> says.</summary>
/// <param name="Broadcast">Where the magic packet goes.</param>
/// <param name="Password">SecureOn; empty where the card asks for none.</param>
/// <param name="LogIn">The password or private key of SSH.</param>
internal sealed record WakeSettings(MacAddress Mac, IPEndPoint Broadcast, byte[] Password, Secret? LogIn)
{
    private const string MacOption = "mac";
    private const string BroadcastOption = "broadcast";
    private const int DiscardPort = 9;
    private const string PasswordMark = "SecureOn:";

    private static readonly string[] Known = [MacOption, BroadcastOption, HostKeys.Option];

    public static IEnumerable<string> Check(LinkAddress address)
    {
        if (address.Host.Length == 0) yield return "write wake://USER@HOST?mac=MAC&broadcast=ADDRESS";
        else if (string.IsNullOrEmpty(address.User)) yield return $"a PC is shut down by a user; write wake://USER@{address.Host}";
        if (address.Host.Length > 0 && address.Path is not ("" or "/")) yield return $"wake knows no path; take \"{address.Path}\" out";
        foreach (var option in address.Options.Keys.Except(Known, StringComparer.Ordinal))
            yield return $"wake knows no option \"{option}\"; known are {string.Join(", ", Known)}";
        if (address.Option(MacOption) is not { } mac) yield return "the MAC address is missing; write mac=a4-bb-6d-01-02-03, as the PC itself shows it";
        else if (!MacAddress.TryParse(mac, out _, out var why)) yield return why;
        if (address.Option(BroadcastOption) is not { } broadcast) yield return "write broadcast=10.1.1.255, the broadcast address of the PC's own network";
        else if (EndPointOf(broadcast) is null) yield return $"broadcast={broadcast} is no IPv4 address, or none with a port of 1..65535";
        if (address.Option(HostKeys.Option) is { } key && HostKeys.Check(key) is { } wrong) yield return wrong;
    }

    /// <summary>Throws <see cref="LinkException"/> for an address or a secret that cannot be used.</summary>
    public static WakeSettings Read(LinkAddress address, Secret? secret)
    {
        if (Check(address).FirstOrDefault() is { } finding) throw new LinkException(StatusReasons.ConnectFailed, $"{address}: {finding}");
        if (!MacAddress.TryParse(address.Option(MacOption)!, out var mac, out var why)) throw new LinkException(StatusReasons.ConnectFailed, why);
        var (password, logIn) = Split(address, secret);
        return new(mac, EndPointOf(address.Option(BroadcastOption)!)!, password, logIn);
    }

    // A private key has many lines and a password one, so that what belongs to the card stands in front of either.
    private static (byte[] Password, Secret? LogIn) Split(LinkAddress address, Secret? secret)
    {
        var text = secret?.Reveal();
        if (text is null || !text.StartsWith(PasswordMark, StringComparison.OrdinalIgnoreCase)) return ([], secret);
        var (first, rest) = text.Split('\n', 2) is [var line, var more] ? (line, more) : (text, "");
        var password = HexText.Read(first[PasswordMark.Length..].Trim(), MagicPacket.PasswordLength)
            ?? throw new LinkException(StatusReasons.AccessDenied, $"{address}: behind \"{PasswordMark}\" in the secret stand six pairs of hexadecimal digits");
        return (password, rest.Length == 0 ? null : new(rest));
    }

    private static IPEndPoint? EndPointOf(string text)
    {
        var (host, port) = text.Split(':', 2) is [var before, var behind] ? (before, behind) : (text, DiscardPort.ToString(CultureInfo.InvariantCulture));

        // IPAddress takes "10" for 0.0.0.10: an address that is written out has three dots.
        return host.Count(c => c == '.') == 3 && IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetwork
            && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= IPEndPoint.MaxPort
            ? new(address, number)
            : null;
    }
}
