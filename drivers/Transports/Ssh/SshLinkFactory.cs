using System.Net;
using System.Net.Sockets;
using System.Text;
using AvGateway.Devices;
using AvGateway.Links;
using Renci.SshNet;
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

    private const int DefaultPort = 22;
    private const string TerminalOption = "pty";
    private const string On = "on";
    private const string Off = "off";
    private const string KeyMark = "-----BEGIN ";

    public IReadOnlyCollection<string> Schemes { get; } = ["ssh"];

    public IEnumerable<string> Check(LinkAddress address)
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
            else if (name == TerminalOption)
            {
                if (value is not (On or Off)) yield return $"{TerminalOption} is {On} or {Off}; here stands \"{value}\"";
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
        Opening opening;
        try
        {
            opening = new(address, host, patience, secret);
        }
        catch (SshException e)
        {
            throw new LinkException(StatusReasons.AccessDenied, $"{address}: the private key of \"secret\" cannot be read: {e.Message}", e);
        }

        var opened = OwnThread.RunAsync($"open {address.Host}", opening.Open);
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

    /// <summary>One opening, on a thread of its own: the library waits for the far end on whatever thread it is called.</summary>
    private sealed class Opening
    {
        private readonly LinkAddress _address;
        private readonly string? _pinned;
        private readonly bool _withPassword;
        private string? _shown;

        public Opening(LinkAddress address, IPAddress host, TimeSpan patience, Secret? secret)
        {
            _address = address;
            _pinned = address.Option(HostKeys.Option);
            _withPassword = secret is not null;
            Client = new(new ConnectionInfo(host.ToString(), address.Port ?? DefaultPort, address.User!, Methods(address.User!, secret?.Reveal() ?? ""))
            {
                Timeout = patience,
            });
            Client.HostKeyReceived += (_, shown) =>
            {
                _shown = HostKeys.Fingerprint(shown.HostKey);
                shown.CanTrust = _pinned is not null && HostKeys.Same(_pinned, _shown);
            };
        }

        public SshClient Client { get; }

        private static AuthenticationMethod[] Methods(string user, string secret)
        {
            if (secret.StartsWith(KeyMark, StringComparison.Ordinal))
                return [new PrivateKeyAuthenticationMethod(user, new PrivateKeyFile(new MemoryStream(Encoding.ASCII.GetBytes(secret + "\n"))))];
            var interactive = new KeyboardInteractiveAuthenticationMethod(user);
            interactive.AuthenticationPrompt += (_, asked) =>
            {
                // Only what is typed unseen is a password.
                foreach (var prompt in asked.Prompts) prompt.Response = prompt.IsEchoed ? "" : secret;
            };
            return [new NoneAuthenticationMethod(user), new PasswordAuthenticationMethod(user, secret), interactive];
        }

        public ShellStream Open()
        {
            try
            {
                Client.Connect();
                return _address.Option(TerminalOption) == On
                    ? Client.CreateShellStream("vt100", 200, 50, 0, 0, SshLink.BufferSize)
                    : Client.CreateShellStreamNoTerminal(SshLink.BufferSize);
            }
            catch (SshAuthenticationException e)
            {
                var why = _withPassword ? $"the host refuses the user \"{_address.User}\" or the secret" : "the host wants a password or key and \"secret\" names none";
                throw new LinkException(StatusReasons.AccessDenied, $"{_address}: {why}", e);
            }
            catch (SshOperationTimeoutException e)
            {
                throw new LinkException(StatusReasons.ConnectFailed, $"{_address}: {SocketWords.Explain(SocketError.TimedOut)}", e);
            }
            catch (SshException e) when (_shown is not null && (_pinned is null || !HostKeys.Same(_pinned, _shown)))
            {
                throw new LinkException(StatusReasons.HostKey, $"{_address}: {AboutKey(_shown)}", e);
            }
            catch (SshException e)
            {
                throw new LinkException(StatusReasons.ConnectFailed, $"{_address}: {e.Message}", e);
            }
        }

        public bool Close()
        {
            Client.Dispose();
            return true;
        }

        private string AboutKey(string shown) => _pinned is null
            ? $"the host shows the key {shown}, and no key is pinned; compare it with the device's own, then write \"{HostKeys.Option}\": \"{shown}\""
            : $"the host shows the key {shown} and not the pinned {_pinned}; somebody has replaced or reset the device, or stands between";
    }
}
