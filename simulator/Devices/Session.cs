using System.Text;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices;

/// <summary>
/// What a device knows about one of its connections: echo, verbose mode, login, registrations. Called under the device's lock, one call at
/// a time; must not wait.
/// </summary>
public abstract class Session(Connection connection)
{
    protected Connection Connection { get; } = connection;

    /// <summary>Counts up from 1 in the life of the device.</summary>
    public int Number => Connection.Number;

    public LinkKind Kind => Connection.Kind;

    /// <summary>
    /// The device says who it is: on every TCP connection, and on a serial line only when it has started again. When the simulation begins,
    /// a device has been running for a long time.
    /// </summary>
    public bool IsGreeted => Kind != LinkKind.Serial || AfterRestart;

    internal bool AfterRestart { get; set; }

    /// <summary>Monotonic time stamp of the last bytes heard.</summary>
    internal long LastHeard { get; set; }

    /// <summary>The connection stands: say what the device says first.</summary>
    protected internal virtual void Opened()
    {
    }

    /// <summary>Bytes arrived, in any pieces.</summary>
    protected internal abstract void Hear(ReadOnlySpan<byte> bytes);

    /// <summary>The connection is gone; stop what belongs to it.</summary>
    protected internal virtual void Closed()
    {
    }

    /// <summary>Sends one frame of text, UTF-8.</summary>
    public void Say(string text) => Say(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends one frame.</summary>
    public void Say(ReadOnlySpan<byte> frame) => Connection.Say(frame);

    /// <summary>Ends a TCP connection after what was said has gone out; a serial line cannot be closed by the device.</summary>
    protected void Close(string reason) => Connection.Close(reason);
}
