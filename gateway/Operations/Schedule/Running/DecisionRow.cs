using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using AvGateway.Operations.Schedule.Rules;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Schedule.Running;

/// <summary>What was decided for one occurrence, and what came of it.</summary>
public enum DecisionState
{
    Started,
    Deferred,

    /// <summary>A person must decide: run it or skip it.</summary>
    Asked,
    Done,
    Failed,
    Refused,
    Skipped,

    /// <summary>Something later took its place, or its time is over.</summary>
    Superseded,

    /// <summary>The clock went back behind its time: it is decided again.</summary>
    Reopened,
}

/// <summary>The one row of a rule and a local date.</summary>
/// <param name="Reason">Why it was due.</param>
/// <param name="Says">Why it was decided so, then what came of it.</param>
/// <param name="By">Who decided; <c>gateway</c> for the schedule itself.</param>
/// <param name="At">Wall clock of the decision.</param>
/// <param name="Uptime">Monotonic clock of the decision: since this run of the gateway began.</param>
public sealed record DecisionRow(
    string Job, DateOnly Date, string Part, string Act, DateTimeOffset Due, ImmutableArray<string> Rooms, Wording Reason,
    DecisionState State, Wording Says, string By, DateTimeOffset At, TimeSpan Uptime)
{
    public const string Gateway = "gateway";

    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>First handed to its act.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>While deferred: when it comes again.</summary>
    public DateTimeOffset? Again { get; init; }

    /// <summary>The code of the outcome, where it has one of its own.</summary>
    public string? Code { get; init; }

    [JsonIgnore] public string Key => Occurrence.KeyOf(Job, Date, Part);
    [JsonIgnore] public ActDirection Direction => Acts.DirectionOf(Act);

    /// <summary>It still wishes something of its rooms.</summary>
    [JsonIgnore] public bool IsOpen => State is DecisionState.Started or DecisionState.Deferred or DecisionState.Asked;

    public string Write() => JsonSerializer.Serialize(this, Form);

    /// <exception cref="JsonException">A stored decision is damaged: the gateway must not decide a second time.</exception>
    public static DecisionRow Read(string json) => JsonSerializer.Deserialize<DecisionRow>(json, Form) ?? throw new JsonException("empty decision");

    public static string Word(DecisionState state) => JsonNamingPolicy.KebabCaseLower.ConvertName(state.ToString());
}
