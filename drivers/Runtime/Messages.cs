using AvGateway.Links;

namespace AvGateway.Drivers.Runtime;

internal enum MessageKind { Linked, LinkEnded, OpenFailed, Replies, Garbage, Flushed, Alarm, Command, Withdrawn, LookAround, NotMade, Stop, Marker }

/// <summary>One message to a device's mailbox. What <paramref name="Subject"/> is depends on the kind.</summary>
internal readonly record struct Message(MessageKind Kind, object? Subject = null, object? Detail = null);

/// <summary>One opened link, so that words about an older one are recognised and ignored.</summary>
internal sealed class LinkSession(ILink link)
{
    public ILink Link { get; } = link;
    public bool WasInStep { get; set; }
    public TimeSpan NotBefore { get; set; }

    /// <summary>Completed by the mailbox when the device has let go of the link.</summary>
    public TaskCompletionSource Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
