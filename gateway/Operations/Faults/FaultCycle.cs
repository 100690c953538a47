using Stateless;
using Stateless.Graph;

namespace AvGateway.Operations.Faults;

/// <summary>Where the work on a fault stands.</summary>
public enum FaultStep
{
    Open, Acknowledged, Diagnosing, WithVendor, WithCarrier, WaitingPart, WaitingHearing, AwaitingDispatch, Restored, Solved, Closed,

    /// <summary>Whom it had hit was asked afterwards how it went (回访).</summary>
    FollowedUp,
}

/// <summary>What can move a fault on. The measured ones come from the gateway, the others from people.</summary>
public enum FaultMove
{
    Acknowledge, Diagnose, ToVendor, ToCarrier, AwaitPart, AwaitHearing, AwaitDispatch, Solve, Close,

    /// <summary>Measured: the symptom is gone and stayed away.</summary>
    Recovered,

    /// <summary>Measured: it is back before anybody closed the fault.</summary>
    Relapsed,

    /// <summary>Nothing followed the acknowledgement within its time.</summary>
    TakeBack,

    /// <summary>Somebody asked how it went.</summary>
    FollowUp,
}

/// <summary>
/// The life of a fault as a table. Closing needs a recovery that was measured: there is no way from a present symptom to <see cref="FaultStep.Closed"/>.
/// </summary>
internal static class FaultCycle
{
    private static readonly FaultStep[] AtWork =
    [
        FaultStep.Open, FaultStep.Acknowledged, FaultStep.Diagnosing, FaultStep.WithVendor, FaultStep.WithCarrier, FaultStep.WaitingPart,
        FaultStep.WaitingHearing, FaultStep.AwaitingDispatch,
    ];

    private static readonly (FaultMove Move, FaultStep To)[] Work =
    [
        (FaultMove.Diagnose, FaultStep.Diagnosing), (FaultMove.ToVendor, FaultStep.WithVendor), (FaultMove.ToCarrier, FaultStep.WithCarrier),
        (FaultMove.AwaitPart, FaultStep.WaitingPart), (FaultMove.AwaitHearing, FaultStep.WaitingHearing), (FaultMove.AwaitDispatch, FaultStep.AwaitingDispatch),
    ];

    /// <summary>Where the move leads, or null where it is not possible.</summary>
    public static FaultStep? Next(FaultStep at, FaultMove move)
    {
        var machine = Machine(at);
        if (!machine.CanFire(move)) return null;
        machine.Fire(move);
        return machine.State;
    }

    public static string Diagram() => MermaidGraph.Format(Machine(FaultStep.Open).GetInfo());

    private static StateMachine<FaultStep, FaultMove> Machine(FaultStep at)
    {
        var machine = new StateMachine<FaultStep, FaultMove>(at);
        foreach (var step in AtWork)
        {
            var state = machine.Configure(step).Permit(FaultMove.Recovered, FaultStep.Restored).Ignore(FaultMove.Relapsed);
            if (step is FaultStep.Open) state.Permit(FaultMove.Acknowledge, FaultStep.Acknowledged);
            if (step is FaultStep.Acknowledged) state.Permit(FaultMove.TakeBack, FaultStep.Open);
            foreach (var (move, to) in Work)
            {
                if (to == step) state.PermitReentry(move);
                else state.Permit(move, to);
            }
        }

        machine.Configure(FaultStep.Restored)
            .Permit(FaultMove.Relapsed, FaultStep.Open)
            .Permit(FaultMove.Solve, FaultStep.Solved)
            .Permit(FaultMove.Close, FaultStep.Closed)
            .Ignore(FaultMove.Recovered);
        machine.Configure(FaultStep.Solved)
            .Permit(FaultMove.Relapsed, FaultStep.Open)
            .Permit(FaultMove.Close, FaultStep.Closed)
            .Ignore(FaultMove.Recovered);
        machine.Configure(FaultStep.Closed).Permit(FaultMove.FollowUp, FaultStep.FollowedUp);
        return machine;
    }
}
