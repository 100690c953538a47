using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Faults;

/// <summary>What is wrong with what: a code on a device (<c>room/device</c>), a room or a branch.</summary>
public readonly record struct SymptomKey(string Subject, string Code)
{
    /// <summary>Something of the site that is no device, room or branch: <c>$probe/ID</c>.</summary>
    public bool IsOfSite => Subject is ['$', ..];

    /// <summary>The room of a device or the room itself; null for a branch, whose id is no room's.</summary>
    public string? Room => IsOfSite ? null : Subject.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? Subject[..slash] : null;
}

/// <summary>One symptom as it was last seen.</summary>
internal sealed class Symptom(SymptomKey key, TimeProvider time)
{
    public SymptomKey Key { get; } = key;
    public FlapHistory Flaps { get; } = new(time);
    public bool IsPresent { get; private set; }
    public Wording? Detail { get; private set; }

    /// <summary>How grave it is, where whoever tells it says so.</summary>
    public Severity? Rated { get; set; }

    /// <summary>Wall time and monotonic time of the last coming or going.</summary>
    public DateTimeOffset Since { get; private set; }
    public long ChangedAt { get; private set; }

    /// <summary>What explained it until now; then it waits once more before it is a fault of its own.</summary>
    public string? HiddenBy { get; set; }
    public long? UnhiddenAt { get; set; }

    /// <summary>The fault that it belongs to, while that is not closed.</summary>
    public string? Fault { get; set; }

    /// <summary>Set when it came back since the fault was last looked at.</summary>
    public int Returns { get; set; }

    /// <summary>It went and came back since somebody was found to be at fault.</summary>
    public bool IsAnew { get; set; }

    /// <returns>False when nothing changed.</returns>
    public bool Tell(bool isPresent, Wording? detail)
    {
        if (isPresent) Detail = detail ?? Detail;
        if (isPresent == IsPresent) return false;
        IsPresent = isPresent;
        Since = time.GetUtcNow();
        ChangedAt = time.GetTimestamp();
        Flaps.Changed();
        if (!isPresent || Fault is null) return true;
        Returns++;
        IsAnew = true;
        return true;
    }

    /// <summary>How long it is as it is; counted anew from the moment at which its explanation went away.</summary>
    public TimeSpan Lasted => time.GetElapsedTime(UnhiddenAt is { } at && at > ChangedAt ? at : ChangedAt);
}
