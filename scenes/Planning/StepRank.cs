namespace AvGateway.Scenes.Planning;

/// <summary>The order of dependency within a plan: nothing is connected before everything that must be silent is, nothing opens before it
/// is recorded.</summary>
public enum StepRank
{
    StopStream, Mute, Blank,
    Veil, PowerOn, Record, Prove, Route, Set, Open, StartStream,
    Interrupt, HangUp, Unveil,
}

public static class StepRanks
{
    /// <summary>Steps that only take connections away. They come first, and a stage that asks for silence waits for them.</summary>
    public static bool IsSilence(this StepRank rank) => rank <= StepRank.Blank;

    /// <summary>The word that a report shows: <c>start-record</c>.</summary>
    public static string Word(this StepRank rank) => rank switch
    {
        StepRank.StopStream => "stop-stream",
        StepRank.Mute => "mute",
        StepRank.Blank => "blank",
        StepRank.Veil => "mask",
        StepRank.PowerOn => "power-on",
        StepRank.Record => "start-record",
        StepRank.Prove => "prove-record",
        StepRank.Route => "show",
        StepRank.Set => "set",
        StepRank.Open => "open",
        StepRank.StartStream => "start-stream",
        StepRank.Interrupt => "interrupt-record",
        StepRank.HangUp => "hang-up",
        StepRank.Unveil => "unmask",
        _ => throw new ArgumentOutOfRangeException(nameof(rank)),
    };

    public static TimeSpan Within(this StepRank rank) => rank switch
    {
        StepRank.PowerOn => TimeSpan.FromSeconds(60),
        StepRank.Record or StepRank.Interrupt or StepRank.StopStream or StepRank.StartStream or StepRank.HangUp => TimeSpan.FromSeconds(8),
        StepRank.Prove => TimeSpan.FromSeconds(5),
        _ => TimeSpan.FromSeconds(4),
    };
}
