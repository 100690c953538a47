using System.IO.Ports;
using AvGateway.Devices;
using AvGateway.Links;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Transports.Serial;

/// <summary>
/// Opens <c>serial:/dev/ttyS0?baud=9600&amp;data=8&amp;parity=none&amp;stop=1&amp;flow=none&amp;dtr=on&amp;rts=off</c>;
/// the defaults are 9600 8N1 without flow control, and the lines DTR and RTS are left as the system sets them unless they are named.
/// </summary>
/// <remarks>
/// On Linux the ports are opened, configured and served by our own calls, all of them by one thread; elsewhere by System.IO.Ports.
/// A port has one owner in this process; a hang-up ends the link for good, and the port can be opened again at once.
/// </remarks>
public sealed class SerialLinkFactory : ILinkFactory
{
    /// <summary>How long the system may take to open a port.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Ports belong to the process, not to a factory.
    private static readonly PortRegistry ProcessWide = new(TimeProvider.System);

    private readonly TimeProvider _clock;
    private readonly ISerialBackend _backend;
    private readonly PortRegistry _registry;
    private readonly PortCloser _closer;

    public SerialLinkFactory(TimeProvider clock, ILogger<SerialLinkFactory> log)
        : this(clock, log, OperatingSystem.IsLinux() ? new LinuxBackend(log) : new PortableBackend(), ProcessWide)
    {
    }

    internal SerialLinkFactory(TimeProvider clock, ILogger log, ISerialBackend backend, PortRegistry registry)
    {
        _clock = clock;
        _backend = backend;
        _registry = registry;
        _closer = new(clock, log);
    }

    public IReadOnlyCollection<string> Schemes { get; } = ["serial"];

    /// <summary>Closes that have not come back from the driver within their limit; each holds a thread.</summary>
    public int StuckCloses => _closer.Stuck;

    /// <summary>The ports of this machine, stable names first.</summary>
    public static IReadOnlyList<string> PresentPorts()
    {
        const string stable = "/dev/serial/by-id";
        var named = Directory.Exists(stable) ? Directory.GetFileSystemEntries(stable) : [];
        return [.. named.Order(StringComparer.Ordinal), .. SerialPort.GetPortNames().Order(StringComparer.Ordinal)];
    }

    public IEnumerable<string> Check(LinkAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var findings = new List<string>();
        if (address.Host.Length > 0) findings.Add($"write serial:/dev/…, not serial://{address.Host}");
        else if (!OperatingSystem.IsWindows() && !address.Path.StartsWith('/')) findings.Add($"\"{address.Path}\" is not an absolute path");
        _ = SerialSettings.Read(address, findings);
        return findings;
    }

    public async ValueTask<ILink> OpenAsync(LinkAddress address, Secret? secret, CancellationToken cancellation)
    {
        if (Check(address).FirstOrDefault() is { } finding) throw new LinkException(StatusReasons.ConnectFailed, $"{address}: {finding}");
        _closer.RefuseWhenStuck();
        cancellation.ThrowIfCancellationRequested();
        var settings = SerialSettings.Read(address, []);
        var claim = await _registry.ClaimAsync(_backend.RealPath(address.Path), address.ToString(), cancellation);
        var opening = OwnThread.RunAsync(
            $"open {claim.Path}",
            () => _backend.Open(claim.Path, settings, close => claim.ReleaseAfter(_closer.Close(claim.Path, close))));
        try
        {
            return await opening.WaitAsync(Patience, _clock, cancellation);
        }
        catch (LinkException)
        {
            claim.Release();
            throw;
        }
        catch (TimeoutException e)
        {
            claim.ReleaseAfter(GiveUpAsync(opening));
            throw new LinkException(
                StatusReasons.ConnectFailed,
                $"{address}: the driver has not opened the port within {Patience.TotalSeconds:0} s; replug the adapter",
                e);
        }
        catch (OperationCanceledException)
        {
            claim.ReleaseAfter(GiveUpAsync(opening));
            throw;
        }
    }

    /// <summary>Closes what is opened too late.</summary>
    private static async Task GiveUpAsync(Task<OpenLink> opening)
    {
        try
        {
            var link = await opening;
            await link.DisposeAsync();
        }
        catch (LinkException)
        {
            // It did not open: nothing is to be closed.
        }
    }
}
