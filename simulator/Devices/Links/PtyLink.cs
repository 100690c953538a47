using System.Runtime.InteropServices;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Links;

/// <summary>
/// A device on a serial line: a pseudo-terminal under a stable symbolic link. The device does not notice who opens or closes the port, so
/// its one session lasts as long as its power. The switch <c>hang-up</c> pulls the adapter and plugs it in again: a new node, the same
/// name.
/// </summary>
public sealed class PtyLink : ISimulatedLink, IWire
{
    private const string Nodes = "/dev/pts/";

    private readonly SimulatedDevice _device;
    private readonly PtyPoller _poller;
    private readonly string _path;
    private readonly Connection? _connection;
    private PtyPort? _port;
    private bool _disposed;

    private PtyLink(SimulatedDevice device, PtyPoller poller, string path)
    {
        _device = device;
        _poller = poller;
        _path = path;
        Uri = $"{device.About.LinkPrefix}serial:{path}?{device.About.LineSettings}{device.LinkSuffix}";
        PlugIn();
        _connection = device.Attach(this);
    }

    public string Uri { get; }

    LinkKind IWire.Kind => LinkKind.Serial;

    string IWire.Peer => "serial line";

    /// <summary>Opens the terminal and makes the link. Throws <see cref="IOException"/> when something else stands at the path.</summary>
    internal static PtyLink Start(SimulatedDevice device, PtyPoller poller, string path)
    {
        lock (device.Gate)
        {
            var link = new PtyLink(device, poller, Path.GetFullPath(path));
            device.LinkChanged += link.Follow;
            device.Switches.Momentary(
                "hang-up", "The serial adapter is pulled and plugged in again: clients see a hang-up, the name stays.", link.HangUp);
            link.Follow();
            return link;
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (_device.Gate)
        {
            if (_disposed) return default;
            _disposed = true;
            _device.LinkChanged -= Follow;
            PullOut();
        }

        return default;
    }

    void IWire.Send(ReadOnlyMemory<byte> bytes) => _port?.Send(bytes.Span);

    void IWire.Close()
    {
    }

    void IWire.Abort()
    {
    }

    private void Follow()
    {
        if (_device.CableIn == _port is not null) return;
        if (_device.CableIn) PlugIn();
        else PullOut();
    }

    private void HangUp()
    {
        PullOut();
        Follow();
    }

    private void PlugIn()
    {
        if (new FileInfo(_path) is var there && (there.Exists || there.LinkTarget is not null)
            && there.LinkTarget?.StartsWith(Nodes, StringComparison.Ordinal) != true)
        {
            throw new IOException($"{_path} is there already and is no link to a pseudo-terminal; remove it or choose another path.");
        }

        _port = PtyPort.Open(_poller, bytes => _connection?.Hear(bytes), () => _connection?.Note("the client closed the port"));
        // Made aside and moved into place, so that the name is never missing and never half made.
        var aside = $"{_path}.{Environment.ProcessId}";
        File.Delete(aside);
        File.CreateSymbolicLink(aside, _port.SlavePath);
        if (Libc.Rename(aside, _path) < 0)
            throw new IOException($"{_path}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
    }

    private void PullOut()
    {
        if (_port is not { } port) return;
        // The name goes first: the number of the node may be given to somebody else at once.
        if (new FileInfo(_path).LinkTarget == port.SlavePath) File.Delete(_path);
        port.Dispose();
        _port = null;
    }
}
