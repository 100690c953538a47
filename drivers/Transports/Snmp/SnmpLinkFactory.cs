using System.Security.Cryptography;
using AvGateway.Drivers.Transports.Udp;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Snmp;

/// <summary>Opens <c>snmp://</c>: a connected UDP socket with the message layer of SNMP v2c or v3 on it.</summary>
/// <remarks>
/// Opening v2c proves nothing: a wrong community is answered by silence. Opening v3 finds the agent's engine and proves the passphrases by one
/// question, so a wrong one is told in words.
/// </remarks>
public sealed class SnmpLinkFactory : ILinkFactory
{
    private readonly TimeProvider _clock;
    private readonly Func<LinkAddress, CancellationToken, ValueTask<ILink>> _datagrams;
    private readonly Func<int> _firstId;

    public SnmpLinkFactory(TimeProvider clock, UdpLinkFactory udp)
        : this(clock, (address, cancellation) => udp.OpenAsync(address, null, cancellation), static () => RandomNumberGenerator.GetInt32(1, 1 << 30))
    {
    }

    internal SnmpLinkFactory(TimeProvider clock, Func<LinkAddress, CancellationToken, ValueTask<ILink>> datagrams, Func<int> firstId)
    {
        _clock = clock;
        _datagrams = datagrams;
        _firstId = firstId;
    }

    public IReadOnlyCollection<string> Schemes { get; } = ["snmp"];

    public IEnumerable<string> Check(LinkAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return SnmpSettings.Check(address);
    }

    public async ValueTask<ILink> OpenAsync(LinkAddress address, Secret? secret, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(address);
        var settings = SnmpSettings.Read(address);
        var way = address with { Scheme = "udp", User = null, Path = "", Options = new Dictionary<string, string>() };
        var community = secret?.Reveal().Trim() ?? SnmpMessage.Placeholder;
        var user = settings.IsVersion3 ? UserSecurity.Of(settings, address, secret, _clock, _firstId()) : null;
        var datagrams = await _datagrams(way, cancellation);
        try
        {
            if (user is not null) await user.BeginAsync(datagrams, cancellation);
            var link = new SnmpLink(datagrams, user ?? (ISnmpSecurity)new CommunitySecurity(community), _firstId());
            datagrams = null;
            return link;
        }
        finally
        {
            if (datagrams is not null) await datagrams.DisposeAsync();
        }
    }
}
