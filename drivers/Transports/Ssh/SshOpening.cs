using System.Net;
using System.Net.Sockets;
using System.Text;
using AvGateway.Devices;
using AvGateway.Links;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace AvGateway.Drivers.Transports.Ssh;

/// <summary>One opening, on a thread of its own: the library waits for the far end on whatever thread it is called.</summary>
internal sealed class SshOpening
{
    public const string TerminalOption = "pty";
    public const string On = "on";

    private const int DefaultPort = 22;
    private const string KeyMark = "-----BEGIN ";

    private readonly LinkAddress _address;
    private readonly string? _pinned;
    private readonly bool _withPassword;
    private string? _shown;

    public SshOpening(LinkAddress address, IPAddress host, TimeSpan patience, Secret? secret)
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

    public ShellStream OpenShell() => Guarded(() => _address.Option(TerminalOption) == On
        ? Client.CreateShellStream("vt100", 200, 50, 0, 0, SshLink.BufferSize)
        : Client.CreateShellStreamNoTerminal(SshLink.BufferSize));

    /// <summary>Connects and logs in, or throws <see cref="LinkException"/> with words about the cause.</summary>
    public void Connect() => Guarded(static () => true);

    /// <summary>Connects, logs in and does one thing; what the library throws becomes words that an engineer can act on.</summary>
    public T Guarded<T>(Func<T> use)
    {
        try
        {
            Client.Connect();
            return use();
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
