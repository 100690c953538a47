using System.Collections.Immutable;
using AvGateway.Scenes.Model;

namespace AvGateway.Scenes.Policy;

/// <summary>What must not reach what, and when.</summary>
/// <param name="From">Tag of the source; <see cref="Tags.Any"/> for every source.</param>
/// <param name="To">Tag of the sink; <see cref="Tags.Any"/> for every sink.</param>
public sealed record RouteRule(string Code, string From, string To, StageSet Stages, Wording Why)
{
    /// <summary>Does not hold while the hearing is marked public.</summary>
    public bool UnlessPublic { get; init; }
}

/// <summary>The stages and the publicity that a connection is judged under. Several stages while a scene is on its way from one to the
/// other.</summary>
public readonly record struct Situation(StageSet Stages, bool IsPublic)
{
    /// <summary>The stages whose rules are left out, because they held before a step that is judged; none for everything else.</summary>
    public StageSet BeforeStages { get; private init; }
    public bool WasPublic { get; private init; }

    public Situation After(Situation before) => this with { BeforeStages = before.Stages, WasPublic = before.IsPublic };
    public bool Holds(RouteRule rule) => rule.Stages.Meets(Stages) && !(rule.UnlessPublic && IsPublic);
    public bool HeldBefore(RouteRule rule) => rule.Stages.Meets(BeforeStages) && !(rule.UnlessPublic && WasPublic);
}

/// <summary>The rules of a court. <see cref="Standard"/> is what the law asks for; a court may add rules and cannot take one
/// away.</summary>
public sealed class RoutePolicy
{
    private static readonly Wording Masked = new("受保护证人的真实影像或声音不得到达此处", "the true face or voice of a protected witness must not get there");
    private static readonly Wording Secret = new("合议内容保密", "deliberation is confidential");
    private static readonly Wording Suspended = new("休庭、合议期间话筒必须关闭", "no microphone may be open in recess or deliberation");
    private static readonly Wording Unseen = new("休庭、合议期间法庭画面不得外传", "the courtroom must not be seen outside in recess or deliberation");
    private static readonly Wording Closed = new("不公开阶段不得公开", "this phase is not public");
    private static readonly Wording Waiting = new("证人到庭前不得旁听", "a witness must not follow the hearing before being called");
    private static readonly Wording NotPublic = new("本庭未标记为公开直播", "this hearing is not marked for public streaming");
    private static readonly Wording NotListed = new("未登记的信号源不得公开", "an input that the layout does not name must not be made public");

    private static readonly StageSet WitnessHeard = StageSet.Of(Stage.Evidence, Stage.ClosedEvidence, Stage.ProtectedWitness);
    private static readonly StageSet Private = StageSet.Of(Stage.ClosedEvidence, Stage.Mediation);

    private RoutePolicy(ImmutableArray<RouteRule> rules) => Rules = rules;

    public ImmutableArray<RouteRule> Rules { get; }

    public static RoutePolicy Standard => new([.. StandardRules()]);

    public RoutePolicy With(IEnumerable<RouteRule> more) => new([.. Rules, .. more]);

    private static IEnumerable<RouteRule> StandardRules()
    {
        foreach (var sink in (string[])[Tags.Public, Tags.Gallery, Tags.Stream, Tags.Remote, Tags.Recording])
            yield return new("ROUTE-WITNESS", Tags.ProtectedWitness, sink, StageSet.All, Masked);

        foreach (var sink in (string[])[Tags.Public, Tags.Gallery, Tags.Stream, Tags.Remote, Tags.Recording, Tags.WitnessRoom,
            Tags.Courtroom])
            yield return new("ROUTE-DELIBERATION", Tags.Deliberation, sink, StageSet.All, Secret);

        yield return new("ROUTE-MICROPHONE", Tags.Microphone, Tags.Any, StageSet.Suspended, Suspended);
        foreach (var source in (string[])[Tags.Hearing, Tags.RemoteFeed])
            foreach (var sink in (string[])[Tags.Public, Tags.Gallery, Tags.Stream, Tags.Remote])
                yield return new("ROUTE-SUSPENDED", source, sink, StageSet.Suspended, Unseen);

        foreach (var source in (string[])[Tags.Hearing, Tags.Evidence, Tags.Masked])
            foreach (var sink in (string[])[Tags.Public, Tags.Gallery, Tags.Stream])
                yield return new("ROUTE-PRIVATE", source, sink, Private, Closed);

        foreach (var source in (string[])[Tags.Hearing, Tags.Evidence, Tags.Microphone])
            yield return new("ROUTE-WITNESS-ROOM", source, Tags.WitnessRoom, StageSet.All.Except(WitnessHeard), Waiting);

        // An encoder that runs is public whatever it is fed with, so its gate is ruled by itself.
        var streaming = StageSet.InSession.Except(Private);
        yield return new("ROUTE-STREAM", Tags.StreamFeed, Tags.Stream, StageSet.All.Except(streaming), Closed);
        yield return new("ROUTE-STREAM-PRIVATE", Tags.StreamFeed, Tags.Stream, streaming, NotPublic) { UnlessPublic = true };

        foreach (var sink in (string[])[Tags.Public, Tags.Gallery, Tags.Stream, Tags.Remote])
            yield return new("ROUTE-UNLISTED", Tags.Unlisted, sink, StageSet.All, NotListed);
    }
}
