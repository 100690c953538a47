using AvGateway.Bench.Farm;

namespace AvGateway.Bench.Peers;

/// <summary>Something that stands between MQTT and the farm's devices: started as processes, judged by what it says on MQTT.</summary>
internal abstract class Peer
{
    /// <summary>Supervision: each device is asked this often whether it still answers.</summary>
    public static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(5);

    public abstract string Name { get; }

    /// <summary>QoS of requests and of subscriptions, as users of this peer would set it.</summary>
    public abstract int Qos { get; }

    /// <summary>Whether it answers the caller; a command then is done when the answer came and the state is shown.</summary>
    public virtual bool Answers => false;

    /// <summary>What an idle panel listens to: something of its own that does not change meanwhile.</summary>
    public abstract string PanelFilter(int panel);

    /// <summary>What the observer subscribes to.</summary>
    public abstract string StateFilter { get; }

    public virtual string? AnswerFilter(int client) => null;

    public virtual (string Name, string Password)? User(int client) => null;

    /// <summary>Gets what it needs once, before anything is measured.</summary>
    public virtual Task PrepareAsync(string cache) => Task.CompletedTask;

    /// <summary>Starts it for this farm; it listens for MQTT on <paramref name="port"/>.</summary>
    public abstract Task<IReadOnlyList<ChildProcess>> StartAsync(DeviceFarm farm, int port, string folder);

    public abstract int WriteTopic(Span<byte> to, int client, int device, int output);

    public abstract int WritePayload(Span<byte> to, int output, int input, long request);

    public abstract Meaning Read(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload);
}
