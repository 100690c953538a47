using System.Threading.Tasks.Sources;

namespace AvGateway.Drivers.Runtime;

/// <summary>Replies on their way from the link to the mailbox; the link reads on only after they were handled.</summary>
internal sealed class ReplyBatch<TReply>(LinkSession session) : IValueTaskSource
{
    /// <summary>More than this waits for the next batch, so that a burst holds no large list.</summary>
    public const int Most = 128;

    private ManualResetValueTaskSourceCore<bool> _handled;

    public LinkSession Session { get; } = session;
    public List<TReply> Replies { get; } = [];

    /// <summary>Completes when the mailbox is done with these replies; the list is empty again then.</summary>
    public ValueTask Handled => new(this, _handled.Version);

    public void SetHandled()
    {
        Replies.Clear();
        _handled.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token)
    {
        _handled.GetResult(token);
        _handled.Reset();
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _handled.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _handled.OnCompleted(continuation, state, token, flags);
}
