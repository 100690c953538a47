namespace AvGateway.Scenes.Hearings.Guard;

/// <summary>
/// Marks the commands of one run (their ids begin with the run's and a slash) as the court's own. Lives as long as the run; never lifts the
/// route policy.
/// </summary>
/// <param name="MayHaltRecorders">The scene has a legal reason to interrupt the recording.</param>
/// <param name="SilenceOnly">For breaking a forbidden connection: covers closing and blanking and nothing else.</param>
public sealed record SceneWarrant(string Run, string Room, string Caller, bool MayHaltRecorders, bool SilenceOnly = false)
{
    public bool Covers(ActKind kind, bool isSilence) =>
        SilenceOnly ? isSilence : kind switch
        {
            ActKind.Route or ActKind.Mute or ActKind.Call or ActKind.RecorderStart or ActKind.PowerOn => true,
            ActKind.RecorderHalt => MayHaltRecorders,
            _ => false,
        };
}
