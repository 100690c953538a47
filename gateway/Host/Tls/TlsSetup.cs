using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using AvGateway.Host.Hosting;

namespace AvGateway.Host.Tls;

/// <summary>Everything that the encrypted listeners of one run share.</summary>
internal sealed class TlsSetup : IDisposable
{
    private readonly PrivateAuthority? _authority;

    private TlsSetup(ServerIdentity identity, ClientTrust? clients, PrivateAuthority? authority) => (Identity, Clients, _authority) = (identity, clients, authority);

    public ServerIdentity Identity { get; }
    public ClientTrust? Clients { get; }

    /// <summary>What clients must trust; null with a certificate of the court's own.</summary>
    public string? RootFile { get; private init; }

    /// <summary>Null when nothing listens encrypted.</summary>
    /// <exception cref="TlsException">What is configured cannot be used.</exception>
    public static TlsSetup? Open(GatewaySettings settings, TimeProvider time, ILoggerFactory logs)
    {
        if (settings.Mqtts is null && settings.Https is null) return null;
        var tls = settings.Tls;
        var isOwn = tls.Certificate is null;
        var log = logs.CreateLogger<ServerIdentity>();
        var authority = isOwn || (tls.Clients is not ClientCertificates.None && tls.ClientAuthority is null) ? PrivateAuthority.Open(settings.Data.Path, time) : null;
        try
        {
            var identity = isOwn
                ? ServerIdentity.OfAuthority(authority!, [.. NamesOf(settings).Distinct(StringComparer.OrdinalIgnoreCase)], time, log)
                : ServerIdentity.OfFiles(tls, time, log);
            return new(identity, ClientTrust.Of(tls, authority, time), authority) { RootFile = isOwn ? authority!.RootFile : null };
        }
        catch (TlsException)
        {
            authority?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Identity.Dispose();
        _authority?.Dispose();
    }

    /// <summary>What clients on this machine and, where it listens to others, clients elsewhere may call it.</summary>
    private static IEnumerable<string> NamesOf(GatewaySettings settings)
    {
        yield return "localhost";
        yield return "127.0.0.1";
        yield return "::1";
        var host = Dns.GetHostName();
        if (Uri.CheckHostName(host) is UriHostNameType.Dns) yield return host;
        foreach (var name in settings.Tls.Names) yield return name;
        foreach (var bound in ((HostAndPort?[])[settings.Mqtts, settings.Https]).OfType<HostAndPort>())
        {
            if (!bound.IsEverywhere) yield return bound.Address.ToString();
            else foreach (var address in OwnAddresses()) yield return address.ToString();
        }
    }

    private static IEnumerable<IPAddress> OwnAddresses() => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(n => n.GetIPProperties().UnicastAddresses)
        .Select(a => a.Address)
        .Where(a => a.AddressFamily is AddressFamily.InterNetwork || a is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv6LinkLocal: false });
}
