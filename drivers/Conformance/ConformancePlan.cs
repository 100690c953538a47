using AvGateway.Devices;
using AvGateway.Links;

namespace AvGateway.Drivers.Conformance;

/// <summary>Words in both languages of the court.</summary>
public sealed record Said(string En, string Zh)
{
    public string In(bool chinese) => chinese ? Zh : En;
}

/// <summary>The far end as something that can be made unkind: a simulated device.</summary>
public interface IFarEnd
{
    /// <summary>Sets a switch that every simulated device has; a text, a flag or a number.</summary>
    void Set(string name, Value value);

    /// <summary>Does by hand what the act would do; false where no hand can.</summary>
    bool TryPress(Act act);
}

/// <summary>What else somebody may do at a far end, beside the verbs of the classes: an <see cref="Act"/> of these is no command of any driver.</summary>
public static class HandWords
{
    /// <summary>The other side ends the call.</summary>
    public const string FarEndHangsUp = "far-end-hang-up";

    /// <summary>What is measured becomes what the act's property is to show.</summary>
    public const string Measured = "measured";
}

/// <summary>Somebody who stands at the real device.</summary>
public interface IHand
{
    /// <summary>Asks for a change by hand and comes back when it was made; false when it cannot be made.</summary>
    Task<bool> AskAsync(Said wish, CancellationToken cancellation);
}

/// <summary>One thing that is asked of a device and shown by it.</summary>
public sealed record Act(string Verb, Arguments Arguments, string Property, Value Seen)
{
    /// <summary>What takes it back; null: what it was before cannot be asked for.</summary>
    public Act? Back { get; init; }

    public override string ToString() => $"{Verb} {Arguments}".TrimEnd();
}

/// <summary>What is to be tried, on what.</summary>
public sealed record ConformancePlan(DriverManifest Manifest, LinkAddress Link, Arguments Options, Secret? Secret)
{
    /// <summary>False: nothing is asked of the device that changes it.</summary>
    public bool MayAct { get; init; }

    /// <summary>What is chosen where the class alone does not say what may be touched, for example <c>output</c>, <c>outlet</c>, <c>uri</c>, <c>name</c>.</summary>
    public Arguments Choices { get; init; } = Arguments.None;

    public IFarEnd? FarEnd { get; init; }
    public IHand? Hand { get; init; }
    public TimeSpan? Poll { get; init; }

    /// <summary>Vendor, model and firmware as the person at the device reads them; null for what the device tells itself.</summary>
    public string? Hardware { get; init; }

    /// <summary>Folder with the transcripts of this protocol, or null.</summary>
    public string? Transcripts { get; init; }

    /// <summary>The rules that are tried, by their ids; null: all of them. Some rules alone earn no grade.</summary>
    public IReadOnlyCollection<string>? Only { get; init; }

    /// <summary>Longest wait for any one thing that has no shorter limit of its own.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);
}
