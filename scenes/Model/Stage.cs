namespace AvGateway.Scenes.Model;

/// <summary>Where a hearing stands. Everything from <see cref="Opened"/> to <see cref="Verdict"/> is "in session" to the outside.</summary>
public enum Stage
{
    Closed, Planned, Preparing,
    Opened, Evidence, ClosedEvidence, Debate, ProtectedWitness, Mediation, Verdict,
    Adjourned, Deliberation,
}

/// <summary>A set of stages.</summary>
public readonly record struct StageSet(int Bits)
{
    public static readonly StageSet None = new(0);
    public static readonly StageSet All = new((1 << (int)Stage.Deliberation + 1) - 1);
    public static readonly StageSet InSession = Of(
        Stage.Opened, Stage.Evidence, Stage.ClosedEvidence, Stage.Debate, Stage.ProtectedWitness, Stage.Mediation, Stage.Verdict);
    public static readonly StageSet Suspended = Of(Stage.Adjourned, Stage.Deliberation);

    public static StageSet Of(params ReadOnlySpan<Stage> stages)
    {
        var bits = 0;
        foreach (var stage in stages) bits |= 1 << (int)stage;
        return new(bits);
    }

    public bool Has(Stage stage) => (Bits & (1 << (int)stage)) != 0;
    public bool Meets(StageSet other) => (Bits & other.Bits) != 0;
    public StageSet And(Stage stage) => new(Bits | (1 << (int)stage));
    public StageSet Except(StageSet other) => new(Bits & ~other.Bits);
}

/// <summary>The words of CONTRACT §2 and the names that people read.</summary>
public static class StageNames
{
    /// <summary>The <c>phase</c> word of <c>S/R/$hearing</c>.</summary>
    public static string PhaseWord(this Stage stage) => stage switch
    {
        Stage.Closed => "closed",
        Stage.Planned => "planned",
        Stage.Preparing => "preparing",
        Stage.Adjourned => "adjourned",
        Stage.Deliberation => "deliberation",
        _ => "in-session",
    };

    /// <summary>The word of this stage in scene files: <c>closed-evidence</c>.</summary>
    public static string Word(this Stage stage) => stage switch
    {
        Stage.ClosedEvidence => "closed-evidence",
        Stage.ProtectedWitness => "protected-witness",
#pragma warning disable CA1308 // the contract's words are lower case
        _ => stage.ToString().ToLowerInvariant(),
#pragma warning restore CA1308
    };

    public static Wording Name(this Stage stage) => stage switch
    {
        Stage.Closed => new("闭庭", "Closed"),
        Stage.Planned => new("已排期", "Planned"),
        Stage.Preparing => new("庭前准备", "Preparing"),
        Stage.Opened => new("开庭", "In session"),
        Stage.Evidence => new("举证质证", "Evidence"),
        Stage.ClosedEvidence => new("不公开质证", "Closed evidence"),
        Stage.Debate => new("法庭辩论", "Debate"),
        Stage.ProtectedWitness => new("隐蔽作证", "Protected witness"),
        Stage.Mediation => new("调解", "Mediation"),
        Stage.Verdict => new("宣判", "Verdict"),
        Stage.Adjourned => new("休庭", "Recess"),
        Stage.Deliberation => new("合议", "Deliberation"),
        _ => throw new ArgumentOutOfRangeException(nameof(stage)),
    };
}
