namespace AvGateway.Operations.Commands;

/// <summary>One answer, ready to be given.</summary>
/// <param name="Json">The whole payload of CONTRACT §3; may be kept.</param>
public readonly record struct Answer(bool Final, int Stat, string Code, ReadOnlyMemory<byte> Json);

/// <summary>
/// Where the answers of one request go. Answers come one at a time and in order; each request gets exactly one final one, as the last.
/// Two that are equal are the same place: a repeated request is not answered twice there.
/// </summary>
public interface IAnswers
{
    /// <summary>Called from any thread, often a device's mailbox: must return at once and must not throw.</summary>
    void Give(in Answer answer);
}

/// <summary>For a request that nobody listens to.</summary>
public sealed class NoAnswers : IAnswers
{
    public static readonly NoAnswers Instance = new();

    private NoAnswers() { }

    public void Give(in Answer answer) { }
}
