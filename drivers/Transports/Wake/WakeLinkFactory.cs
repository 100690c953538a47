using AvGateway.Devices;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Wake;

/// <summary>Opens <c>wake://USER@HOST:22?mac=…&amp;broadcast=…</c>: the look at a PC that can be woken and shut down.</summary>
/// <remarks>
/// It opens onto a PC that is up and onto one that is off. What answers and has no SSH server is neither: it could not be shut down, and nobody
/// could tell whether it has gone off; so that is told as a link that does not open, with words that say what to look at.
/// </remarks>
public sealed class WakeLinkFactory : ILinkFactory
{
    private const int DefaultPort = 22;

    private readonly Func<LinkAddress, WakeSettings, IMachine> _machines;

    public WakeLinkFactory(TimeProvider clock, HostResolver resolver)
        : this((address, settings) => new NetworkMachine(address, settings, resolver, clock))
    {
    }

    internal WakeLinkFactory(Func<LinkAddress, WakeSettings, IMachine> machines) => _machines = machines;

    public IReadOnlyCollection<string> Schemes { get; } = ["wake"];

    public IEnumerable<string> Check(LinkAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return WakeSettings.Check(address);
    }

    public async ValueTask<ILink> OpenAsync(LinkAddress address, Secret? secret, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(address);
        var machine = _machines(address with { Port = address.Port ?? DefaultPort }, WakeSettings.Read(address, secret));
        var sight = await machine.LookAsync(cancellation);
        return sight.Kind is SightKind.Up or SightKind.Silent
            ? new WakeLink(machine)
            : throw new LinkException(StatusReasons.ConnectFailed, $"{address}: {sight.Words}");
    }
}
