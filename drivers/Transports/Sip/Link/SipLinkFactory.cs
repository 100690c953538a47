using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using AvGateway.Devices;
using AvGateway.Links;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>
/// Opens <c>sip:user@host:port;transport=udp|tcp|tls</c>: all on one stack, which is opened with the first link. Opening proves nothing
/// about the device.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A semaphore whose wait handle is never asked for holds nothing; the stack lives as long as the gateway.")]
public sealed class SipLinkFactory : ILinkFactory
{
    internal const string Transport = "transport";
    internal const string Account = "account";
    internal const string Pin = "pin";

    private static readonly IPEndPoint Anywhere = new(IPAddress.Any, 0);
    private static readonly string[] Known = [Transport, Account, Pin];

    // Bounded by the links of the site file.
    private readonly ConcurrentDictionary<string, SipLine> _lines = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _pins = new(StringComparer.OrdinalIgnoreCase);
    private readonly TimeProvider _clock;
    private readonly ILogger<SipLinkFactory> _log;
    private readonly SipTestCalls? _tests;
    private readonly SemaphoreSlim _opening = new(1);
    private ISipUserAgent? _agent;

    public SipLinkFactory(TimeProvider clock, HostResolver resolver, ILogger<SipLinkFactory> log)
    {
        (_clock, _log) = (clock, log);
        _tests = new(resolver, clock);
    }

    /// <summary>On a stack that is there already; without media.</summary>
    internal SipLinkFactory(ISipUserAgent agent, TimeProvider clock, ILogger<SipLinkFactory> log) => (_agent, _clock, _log) = (agent, clock, log);

    public IReadOnlyCollection<string> Schemes { get; } = ["sip"];

    public IEnumerable<string> Check(LinkAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        foreach (var option in address.Options.Keys.Except(Known)) yield return $"sip knows no parameter \"{option}\"";
        if (address.Host.Contains(':', StringComparison.Ordinal)) yield return "SIP over IPv6 is not there; write the device's IPv4 address";
        var transport = address.Option(Transport) ?? "udp";
        if (transport is not ("udp" or "tcp" or "tls")) yield return $"transport={transport} is none of udp, tcp, tls";
        if (transport == "tls" && address.Option(Pin) is null)
            yield return "transport=tls needs pin=SHA256, the fingerprint of the device's certificate in 64 hex digits";
        if (address.Option(Pin) is { } pin && (transport != "tls" || pin.Length != 64 || !pin.All(char.IsAsciiHexDigit)))
            yield return "pin=SHA256 is for transport=tls and takes the 64 hex digits of the certificate's fingerprint";
        if (address.Option(Account) is { } account && !SipUri.TryParse($"sip:{account}@h", out _))
            yield return $"account={account} cannot stand in a SIP address";
        if (address.User is { } user && !SipUri.TryParse($"sip:{user}@h", out _)) yield return $"\"{user}\" cannot stand in a SIP address";
    }

    public async ValueTask<ILink> OpenAsync(LinkAddress address, Secret? secret, CancellationToken cancellation)
    {
        if (Check(address).FirstOrDefault() is { } finding) throw new LinkException(StatusReasons.ConnectFailed, $"{address}: {finding}");
        if (address.Option(Pin) is { } pin) _pins[address.Host] = pin;
        var agent = await AgentAsync(cancellation);
        var line = _lines.GetOrAdd(address.ToString(), _ => new(agent, address, secret));
        return new SipLink(line, _tests, _clock);
    }

    private async ValueTask<ISipUserAgent> AgentAsync(CancellationToken cancellation)
    {
        if (Volatile.Read(ref _agent) is { } open) return open;
        await _opening.WaitAsync(cancellation);
        try
        {
            if (_agent is { } meanwhile) return meanwhile;
            var options = new SipStackOptions
            {
                Udp = Anywhere,
                Tcp = Anywhere,
                Tls = Anywhere,
                TlsTrust = new() { PinOf = host => _pins.GetValueOrDefault(host) },
            };
            var stack = await SipStack.OpenAsync(options, _clock, _log);
            Volatile.Write(ref _agent, stack);
            return stack;
        }
        catch (SocketException e)
        {
            throw new LinkException(StatusReasons.ConnectFailed, $"the SIP stack's sockets: {SocketWords.Explain(e.SocketErrorCode)}", e);
        }
        finally
        {
            _opening.Release();
        }
    }
}
