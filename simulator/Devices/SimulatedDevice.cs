using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Switches;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices;

/// <summary>
/// A device as seen from its connectors: one model, any number of sessions, bytes in and out, time that passes, a front panel, and switches
/// that make it unkind. Written from the vendor's text, never from our drivers. Everything inside runs under one lock and nothing waits.
/// </summary>
public abstract class SimulatedDevice : IDisposable
{
    private readonly List<Connection> _connections = [];
    private readonly TimerScope _timers;
    private int _lastNumber;
    private bool _wasHalfOpen;
    private bool _disposed;

    protected SimulatedDevice(SimulatorDescriptor descriptor, DeviceSetting setting, TimeProvider time, TimeSpan bootTime)
    {
        About = descriptor;
        Setting = setting;
        Time = time;
        _timers = new(time, Gate);
        Common = new(Switches, LinkSwitched, Reseed);
        BootTime = Switches.Duration("boot-time", "How long the device takes to come back after a restart.", bootTime);
        Panel.Add("power-off", "Mains off: nothing answers until power-on.", PowerOff);
        Panel.Add("power-on", "Mains on; the device is there after boot-time.", PowerOn);
        Panel.Add("power-cycle", "Mains off and on again.", () =>
        {
            PowerOff();
            PowerOn();
        });
    }

    /// <summary>The link may have gone or come back; called under the device's lock.</summary>
    internal event Action? LinkChanged;

    public SimulatorDescriptor About { get; }

    public string Id => Setting.Id;

    public DeviceTrace Trace { get; } = new();

    public SwitchBoard Switches { get; } = new();

    public FrontPanel Panel { get; } = new();

    /// <summary>What a link to this device ends with behind its address, such as the number of a unit.</summary>
    public virtual string LinkSuffix => "";

    /// <summary>Up and running; false from mains off until the end of the boot time.</summary>
    public bool Powered { get; private set; } = true;

    internal Lock Gate { get; } = new();

    internal CommonSwitches Common { get; }

    internal TimeProvider Time { get; }

    internal DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>TCP: a connection is taken. Half-open links are: the kernel takes them and nobody answers.</summary>
    internal bool AcceptsConnections => Powered && !Common.Drop.Now;

    /// <summary>Serial: the cable is in.</summary>
    internal bool CableIn => !Common.Drop.Now;

    /// <summary>Whom a log-in outside the byte stream (SSH, HTTP) lets in.</summary>
    internal string UserName => Setting.User ?? "admin";

    /// <summary>The ways to log in that SSH offers.</summary>
    internal string SshMethods => Setting.Word("sshAuth", "password,keyboard-interactive");

    /// <summary>SSH: a connection runs one program, whose status ends it, and no shell.</summary>
    protected internal virtual bool RunsOnePerConnection => false;

    /// <summary>Whoever connects hears nothing, not even what the envelope would say.</summary>
    protected internal virtual bool KeepsSilent => false;

    protected DeviceSetting Setting { get; }

    protected Switch<TimeSpan> BootTime { get; }

    /// <summary>Commands are acknowledged and have no effect.</summary>
    protected internal bool Frozen => Common.Frozen.Now;

    /// <summary>Commands are refused, perhaps with a given code.</summary>
    protected internal Refusal Refuse => Common.Refuse.Now;

    protected IEnumerable<Session> OpenSessions => _connections.Select(connection => connection.Session);

    /// <summary>For a transport: a peer has connected. What the device says first is sent before this returns.</summary>
    public Connection Attach(IWire wire)
    {
        lock (Gate)
        {
            var connection = new Connection(this, wire, ++_lastNumber);
            Trace.Note(Now, connection.Number, $"connected from {wire.Peer}");
            var session = NewSession(connection);
            _connections.Add(connection);
            connection.Begin(session);
            return connection;
        }
    }

    /// <summary>The device's state as it knows it itself, as JSON.</summary>
    public JsonObject State()
    {
        lock (Gate)
        {
            var state = new JsonObject { ["powered"] = Powered, ["connections"] = _connections.Count };
            Describe(state);
            return state;
        }
    }

    /// <summary>Sets a switch; null when done, else what is wrong.</summary>
    public ControlProblem? SetSwitch(string name, JsonNode? value)
    {
        lock (Gate)
        {
            var problem = Switches.Set(name, value);
            if (problem is null) Trace.Note(Now, null, $"switch {name} = {value?.ToJsonString() ?? "null"}");
            return problem;
        }
    }

    /// <summary>Does something by hand at the device; null when done, else what is wrong.</summary>
    public ControlProblem? UseFrontPanel(string verb, JsonObject? args = null)
    {
        lock (Gate)
        {
            var problem = Panel.Do(verb, args);
            if (problem is null) Trace.Note(Now, null, $"front panel {verb} {args?.ToJsonString()}".TrimEnd());
            return problem;
        }
    }

    /// <summary>Back to the first start: connections reset, switches and model as they were, the trace empty (its numbers go on).</summary>
    public void Reset()
    {
        lock (Gate)
        {
            AbortConnections("reset");
            _timers.Clear();
            foreach (var each in Switches.All) each.Restore();
            Powered = true;
            _wasHalfOpen = Common.HalfOpen.Now;
            BackToFactory();
            Trace.Clear();
            Trace.Note(Now, null, "reset");
            Reseed();
            LinkChanged?.Invoke();
            BeginSerialSessions();
        }
    }

    public void Dispose()
    {
        lock (Gate)
        {
            if (_disposed) return;
            _disposed = true;
            AbortConnections("the simulator ends");
            foreach (var connection in _connections) connection.Quiet();
            _timers.Clear();
        }

        GC.SuppressFinalize(this);
    }

    internal ControlProblem? UseStartSwitches(IReadOnlyDictionary<string, JsonNode?> values)
    {
        lock (Gate)
        {
            foreach (var (name, value) in values)
            {
                if (Switches.Set(name, value) is { } problem) return problem;
            }

            foreach (var each in Switches.All) each.KeepAsStart();
            return null;
        }
    }

    internal void Leave(Connection connection, string reason)
    {
        _connections.Remove(connection);
        Trace.Note(Now, connection.Number, $"gone: {reason}");
    }

    /// <summary>Writes what was understood as one frame of a session into the trace.</summary>
    protected internal void Heard(Session session, ReadOnlySpan<byte> frame) =>
        Trace.Add(Now, TraceDirection.Received, session.Number, frame);

    /// <summary>Whether a log-in outside the byte stream is good. A device without a user and a password lets everybody in.</summary>
    protected internal virtual bool LetsIn(string user, string? password) =>
        (Setting.User is null && Setting.Password is null) || (user == UserName && password == (Setting.Password ?? ""));

    /// <summary>A log-in outside the byte stream is tried, for the trace.</summary>
    internal bool TryLogIn(string user, string? password, string peer)
    {
        lock (Gate)
        {
            var good = LetsIn(user, password);
            Trace.Note(Now, null, $"log-in of {user} from {peer} {(good ? "taken" : "refused")}");
            return good;
        }
    }

    protected abstract Session NewSession(Connection connection);

    /// <summary>Adds the model to the state.</summary>
    protected abstract void Describe(JsonObject state);

    /// <summary>The model as on the first start.</summary>
    protected abstract void BackToFactory();

    /// <summary>Forgets what does not survive a restart; connections and timers are gone already.</summary>
    protected abstract void Restarted();

    /// <summary>Runs the action once after the delay, unless the device is restarted or reset before.</summary>
    protected internal IDisposable After(TimeSpan delay, Action action) => _timers.After(delay, action);

    /// <summary>Goes away and comes back after the boot time, as after a command to restart.</summary>
    protected internal void Reboot()
    {
        PowerOff();
        PowerOn();
    }

    /// <summary>Mains off, or the device's own protective shut-down: nothing answers until somebody switches it on.</summary>
    protected internal void PowerOff()
    {
        _timers.Clear();
        if (!Powered) return;
        // Closed, not aborted: what was said just before (a "rebooting") still goes out.
        foreach (var connection in _connections.ToArray()) connection.Close("the device went off");
        Powered = false;
        Trace.Note(Now, null, "off");
        LinkChanged?.Invoke();
    }

    /// <summary>What a link shows of the device is another thing now.</summary>
    protected void MoveLink() => LinkChanged?.Invoke();

    private void PowerOn()
    {
        if (Powered) return;
        _timers.Clear();
        After(BootTime.Now, () =>
        {
            Powered = true;
            Trace.Note(Now, null, "running");
            Restarted();
            LinkChanged?.Invoke();
            BeginSerialSessions();
        });
    }

    private void BeginSerialSessions()
    {
        foreach (var connection in _connections.ToArray()) connection.BeginAgain(NewSession(connection));
    }

    private void LinkSwitched()
    {
        if (Common.Drop.Now)
        {
            foreach (var connection in _connections.ToArray()) connection.Cut("dropped");
        }
        else if (_wasHalfOpen && !Common.HalfOpen.Now)
        {
            // What a client finds whose far end has forgotten the connection meanwhile.
            AbortConnections("forgotten while half-open");
        }

        _wasHalfOpen = Common.HalfOpen.Now;
        LinkChanged?.Invoke();
    }

    private void AbortConnections(string reason)
    {
        foreach (var connection in _connections.ToArray()) connection.Abort(reason);
    }

    private void Reseed()
    {
        foreach (var connection in _connections) connection.Reseed();
    }
}

/// <summary>A device whose sessions are all of one type.</summary>
public abstract class SimulatedDevice<TSession>(SimulatorDescriptor descriptor, DeviceSetting setting, TimeProvider time, TimeSpan bootTime)
    : SimulatedDevice(descriptor, setting, time, bootTime)
    where TSession : Session
{
    /// <summary>Oldest first; a copy, since saying something may end a session.</summary>
    protected internal IReadOnlyList<TSession> Sessions => [.. OpenSessions.Cast<TSession>()];
}
