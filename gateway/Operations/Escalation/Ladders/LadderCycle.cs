using Stateless;
using Stateless.Graph;

namespace AvGateway.Operations.Escalation.Ladders;

/// <summary>Where the telling of one fault stands.</summary>
public enum LadderStage
{
    /// <summary>The group wait: a cause may still explain it, and others may come.</summary>
    Gathering,

    /// <summary>Rung by rung.</summary>
    Climbing,

    /// <summary>Every rung was told as often as it may be; only clocks still remind.</summary>
    Exhausted,

    /// <summary>Somebody took notice and has to begin.</summary>
    Acknowledged,
    AtWork,

    /// <summary>Another fault explains it.</summary>
    Explained,
    Silenced,
    Over,
}

/// <summary>What moves the telling on.</summary>
public enum LadderTold
{
    Waited, TopReached, Acknowledged, Worked, TakenBack, Explained, Silenced,

    /// <summary>Neither a cause nor a silence holds it any more, and it is still there.</summary>
    Freed,

    /// <summary>Rated graver than it was told.</summary>
    Graver,
    Restored,

    /// <summary>It came back before it was closed.</summary>
    Back,
}

/// <summary>The life of a fault's telling as a table.</summary>
internal static class LadderCycle
{
    private static readonly LadderStage[] Calling = [LadderStage.Gathering, LadderStage.Climbing, LadderStage.Exhausted];
    private static readonly LadderStage[] Held = [LadderStage.Explained, LadderStage.Silenced];

    /// <summary>Where it leads, or null where it changes nothing.</summary>
    public static LadderStage? Next(LadderStage at, LadderTold told)
    {
        var machine = Machine(at);
        if (!machine.CanFire(told)) return null;
        machine.Fire(told);
        return machine.State;
    }

    public static string Diagram() => MermaidGraph.Format(Machine(LadderStage.Gathering).GetInfo());

    private static StateMachine<LadderStage, LadderTold> Machine(LadderStage at)
    {
        var machine = new StateMachine<LadderStage, LadderTold>(at);
        foreach (var stage in Calling)
        {
            machine.Configure(stage)
                .Permit(LadderTold.Acknowledged, LadderStage.Acknowledged).Permit(LadderTold.Worked, LadderStage.AtWork)
                .Permit(LadderTold.Explained, LadderStage.Explained).Permit(LadderTold.Silenced, LadderStage.Silenced)
                .Permit(LadderTold.Restored, LadderStage.Over);
            if (stage is LadderStage.Gathering) machine.Configure(stage).PermitReentry(LadderTold.Graver);
            else machine.Configure(stage).Permit(LadderTold.Graver, LadderStage.Gathering);
        }

        machine.Configure(LadderStage.Gathering).Permit(LadderTold.Waited, LadderStage.Climbing);
        machine.Configure(LadderStage.Climbing).Permit(LadderTold.TopReached, LadderStage.Exhausted);
        machine.Configure(LadderStage.Acknowledged)
            .Permit(LadderTold.TakenBack, LadderStage.Climbing).Permit(LadderTold.Worked, LadderStage.AtWork)
            .Permit(LadderTold.Explained, LadderStage.Explained).Permit(LadderTold.Silenced, LadderStage.Silenced)
            .Permit(LadderTold.Restored, LadderStage.Over).Permit(LadderTold.Back, LadderStage.Gathering);
        machine.Configure(LadderStage.AtWork)
            .Permit(LadderTold.Explained, LadderStage.Explained).Permit(LadderTold.Restored, LadderStage.Over).Permit(LadderTold.Back, LadderStage.Gathering);
        foreach (var stage in Held)
        {
            machine.Configure(stage)
                .Permit(LadderTold.Freed, LadderStage.Gathering).Permit(LadderTold.Acknowledged, LadderStage.Acknowledged)
                .Permit(LadderTold.Worked, LadderStage.AtWork).Permit(LadderTold.Restored, LadderStage.Over);
        }

        machine.Configure(LadderStage.Explained).Permit(LadderTold.Silenced, LadderStage.Silenced);
        machine.Configure(LadderStage.Silenced).Permit(LadderTold.Explained, LadderStage.Explained);
        machine.Configure(LadderStage.Over)
            .Permit(LadderTold.Back, LadderStage.Gathering).Permit(LadderTold.Explained, LadderStage.Explained).Permit(LadderTold.Silenced, LadderStage.Silenced);
        return machine;
    }
}
