using AvGateway.Classes;

namespace AvGateway.Drivers.Protocols.Profiled;

/// <summary>A profile as a driver like any other.</summary>
public static class ProfileManifest
{
    internal const int MissedBeforeLost = 3;

    /// <summary>As a driver of grade Bench: nobody has proven a profile that somebody wrote on site.</summary>
    public static DriverManifest Of(Profile profile) => Of(profile, Grade.Bench);

    internal static DriverManifest<ProfiledReply> Of(Profile profile, Grade grade)
    {
        ArgumentNullException.ThrowIfNull(profile);
        return new(profile.Driver, profile.Class, profile.Models)
        {
            Links = profile.Links,
            Verbs = [.. profile.Verbs.Select(v => v.Spec)],
            Properties = profile.Properties,
            Faults = FaultsOf(profile),
            Options = profile.Options,
            Modes = profile.HasPowerLife ? [.. DisplayPowerMachine.Modes] : [nameof(ProfiledDriver.LineMode.Open)],
            Reply = new(profile.Pace.Reply, profile.Pace.Gap, Resync.Quiet, profile.Pace.Attempts, MissedBeforeLost) { Quiet = profile.Pace.Quiet },
            Poll = profile.Pace.Poll,
            Round = Math.Max(1, profile.Reads.Count(r => ProfileWords.Slow.Contains(r.Property.Name))),
            SyncWithin = TimeSpan.FromSeconds(30),
            CanBeAsked = !profile.IsBlind,
            Grade = grade,
            Frames = profile.IsReleased ? FrameRelease.Whole : FrameRelease.Nothing,
            Create = setup => Create(profile, setup),
            Diagram = () => profile.HasPowerLife ? DisplayPowerMachine.Draw() : ProfiledDriver.Draw(),
        };
    }

    private static ProfiledDriver Create(Profile profile, DriverSetup setup) =>
        profile.HasPowerLife ? new ProfiledDisplay(profile, setup) : profile.HasOutlets ? new ProfiledOutlets(profile, setup) : new ProfiledDriver(profile, setup);

    private static IReadOnlyList<FaultSpec> FaultsOf(Profile profile) =>
        profile.HasPowerLife || profile.HasOutlets ? ProfileWords.Of(profile.Class.ToString().ToLowerInvariant())!.Faults : [];
}
