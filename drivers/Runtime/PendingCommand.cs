using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Runtime;

/// <summary>A command on its way. Touched from the mailbox only, but for its caller.</summary>
internal sealed class PendingCommand(CommandRequest request, VerbSpec? verb, ICommandProgress? progress)
{
    public CommandRequest Request { get; } = request;
    public VerbSpec? Verb { get; } = verb;
    public string? Slot { get; } = verb?.SlotOf(request.Args);
    public ICommandProgress? Progress { get; } = progress;
    public TaskCompletionSource<CommandResult> Caller { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    public CancellationTokenRegistration Withdrawal { get; set; }
    public int Attempts { get; set; }
    public bool IsAcknowledged { get; set; }
    public bool IsEnded { get; set; }

    /// <summary>The guard said no: nothing more of it goes out, whatever its driver still has waiting.</summary>
    public bool IsBarred { get; set; }
    public Expectation? Expected { get; set; }
}

/// <summary>What a command waits to see.</summary>
internal sealed class Expectation(PendingCommand command, string property, IReadOnlyList<Value> wished, TimeSpan within, Action lookAgain)
{
    public PendingCommand Command { get; } = command;
    public string Property { get; } = property;
    public IReadOnlyList<Value> Wished { get; } = wished;
    public TimeSpan Within { get; } = within;
    public Action LookAgain { get; } = lookAgain;

    /// <summary>Its next look is the early one, for a wish that seemed fulfilled already.</summary>
    public bool LooksSoon { get; set; }

    /// <summary>Looked when it was due.</summary>
    public bool HasLooked { get; set; }
}
