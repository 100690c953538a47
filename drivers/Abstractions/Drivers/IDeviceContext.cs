using AvGateway.Devices;
using AvGateway.Links;

namespace AvGateway.Drivers;

/// <summary>What a driver may do. Every call is made from the device's own mailbox and returns at once.</summary>
public interface IDeviceContext<TReply>
{
    DeviceId Id { get; }
    LinkAddress Link { get; }
    DateTimeOffset Now { get; }

    /// <summary>Queues a question.</summary>
    /// <param name="onReply">Sees every reply while the question is in flight; returns false for one that is not the answer.</param>
    /// <param name="onBehalfOf">The command that ends with NoReply if no answer comes; its first question also counts as sent.</param>
    /// <param name="timing">Other than the manifest's for this question.</param>
    void Ask(string request, Func<TReply, bool> onReply, CommandRequest? onBehalfOf = null, AskTiming? timing = null);

    /// <summary>Queues a request that no answer follows.</summary>
    void Tell(string request, CommandRequest? onBehalfOf = null);

    /// <summary>Shows a value that the device told. Same value again only renews its freshness.</summary>
    /// <param name="source">Null: the runtime knows whether a question, a command or nobody asked for it.</param>
    void Report(string property, Value value, ReadingSource? source = null);

    /// <summary>Shows a value that was sent and cannot be read back on this device.</summary>
    void Assume(string property, Value value);

    /// <summary>The value is no longer known although the link is up.</summary>
    void Forget(string property);

    /// <summary>Says how many of a numbered thing the device has; the manifest's ranges follow.</summary>
    void Extent(string name, int count);

    void SetMode(string mode);

    /// <summary>What is shown is now true: the device becomes usable.</summary>
    void Synchronised();

    /// <summary>The link is alive and the device cannot be used on it, for example a hub without its frame: degraded until <see cref="Synchronised"/>.
    /// What was shown turns stale; polls go on, commands do not reach the driver.</summary>
    /// <param name="reason">A code of <see cref="StatusReasons"/>.</param>
    void Unusable(string reason);

    /// <summary>The device's own identity, read after each opening. Another one than the site file names blocks all commands (D13).</summary>
    void Identify(string serialNumber);

    /// <param name="detail">What the device said, in its own words.</param>
    void Raise(string faultCode, string? detail = null);

    /// <summary>Raises a fault of which the driver itself says what it saw, in both languages.</summary>
    void Raise(string faultCode, string en, string zh) => Raise(faultCode, en);

    void Clear(string faultCode);
    void Happened(string eventType, params (string Name, Value Value)[] details);

    /// <summary>The device acknowledged this command; the effect is still to be seen.</summary>
    void Acknowledged(CommandRequest command);

    /// <summary>
    /// The command is done when the device shows <paramref name="property"/> as <paramref name="wished"/> after this call.
    /// If it does not within <paramref name="within"/>, <paramref name="lookAgain"/> is called once and as much time given again;
    /// then the command ends as NotSeen. A newer wish for the same property supersedes this one. Publishes the target meanwhile.
    /// </summary>
    void Expect(CommandRequest command, string property, Value wished, TimeSpan within, Action lookAgain);

    /// <summary>As <see cref="Expect(CommandRequest, string, Value, TimeSpan, Action)"/>, for any of several values; the first is the target that is shown.</summary>
    void Expect(CommandRequest command, string property, IReadOnlyList<Value> wished, TimeSpan within, Action lookAgain);

    void Complete(CommandRequest command, CommandResult result);

    void StartTimer(string name, TimeSpan due);
    void StopTimer(string name);

    /// <summary>Gives the link up and opens it anew after the back-off.</summary>
    /// <param name="reason">A code of <see cref="StatusReasons"/>.</param>
    /// <param name="notBefore">At least this long a pause, for a device that refused the log-in or has all its sessions in use.</param>
    void Reconnect(string reason, string detail, TimeSpan notBefore = default);
}
