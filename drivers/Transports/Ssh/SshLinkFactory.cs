using System.Net;
using System.Net.Sockets;
using AvGateway.Devices;
using AvGateway.Links;
using Renci.SshNet.Common;

namespace AvGateway.Drivers.Transports.Ssh;

/// <summary>
/// Opens <c>ssh://USER@HOST:PORT</c>: a shell whose two directions are the link's bytes. Logs in by password, asked for directly or
/// interactively, or by a private key where the secret is one. The host must show the key that the site file pins.
/// </summary>
public sealed class SshLinkFactory(TimeProvider clock, HostResolver resolver) : ILinkFactory
{
    /// <summary>
    /// Connecting, keys and log-in together. With the look-up of the name it stays below the 10 s that the runtime gives an opening, so
    /// that our words about the cause are the ones told.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    private const string Off = "off";

    public IReadOnlyCollection<string> Schemes { get; } = ["ssh"];

    public IEnumerable<string> Check(LinkAddress address) => CheckAddress(address);

    internal static IEnumerable<string> CheckAddress(LinkAddress address)
    {
        if (address.Host.Length == 0) yield return "write ssh://USER@HOST:PORT";
        else if (string.IsNullOrEmpty(address.User)) yield return $"ssh needs a user; write ssh://USER@{address.Host}";
        if (address.Host.Length > 0 && address.Path is not ("" or "/")) yield return $"ssh knows no path; take \"{address.Path}\" out";
        foreach (var (name, value) in address.Options)
        {
            if (name == HostKeys.Option)
            {
                if (HostKeys.Check(value) is { } wrong) yield return wrong;
            }
            else if (name == SshOpening.TerminalOption)
            {
                if (value is not (SshOpening.On or Off)) yield return $"{SshOpening.TerminalOption} is {SshOpening.On} or {Off}; here stands \"{value}\"";
            }
            else
            {
                yield return $"ssh knows no option \"{name}\"";
            }
        }
    }

    public async ValueTask<ILink> OpenAsync(LinkAddress address, Secret? secret, CancellationToken cancellation)
    {
        if (Check(address).FirstOrDefault() is { } finding) throw new LinkException(StatusReasons.ConnectFailed, $"{address}: {finding}");
        var addresses = await resolver.ResolveAsync(address.Host, cancellation);
        for (var i = 0; ; i++)
        {
            try
            {
                return await OpenAsync(address, addresses[i], Patience / addresses.Length, secret, cancellation);
            }
            catch (SocketException) when (i < addresses.Length - 1)
            {
                // Names often have an IPv6 address first that nothing routes; the last error is the one that is told.
            }
            catch (SocketException e)
            {
                throw new LinkException(StatusReasons.ConnectFailed, $"{address}: {SocketWords.Explain(e.SocketErrorCode)}", e);
            }
        }
    }

    private async Task<SshLink> OpenAsync(LinkAddress address, IPAddress host, TimeSpan patience, Secret? secret, CancellationToken cancellation)
    {
        SshOpening opening;
        try
        {
            opening = new(address, host, patience, secret);
        }
        catch (SshException e)
        {
            throw new LinkException(StatusReasons.AccessDenied, $"{address}: the private key of \"secret\" cannot be read: {e.Message}", e);
        }

        var opened = OwnThread.RunAsync($"open {address.Host}", () => opening.OpenShell());
        try
        {
            var stream = await opened.WaitAsync(cancellation);
            return new(opening.Client, stream, clock);
        }
        catch (Exception)
        {
            // Also what is still under way ends with its client; nobody waits for that.
            _ = OwnThread.RunAsync($"close {address.Host}", opening.Close);
            throw;
        }
    }
}
