using AvGateway.Scenes.Model;
using Stateless;
using Stateless.Graph;
using Stateless.Reflection;

namespace AvGateway.Scenes.Hearings;

/// <summary>What a room was told about its hearing. Nothing here comes from a clock: no hearing ends because time went by.</summary>
public enum Told
{
    Docketed, Withdrawn, Prepared, Opened,
    EvidenceCalled, ClosedEvidenceCalled, DebateCalled, WitnessProtected, MediationCalled, VerdictCalled,
    Adjourned, DeliberationCalled, Resumed, Closed,
}

/// <summary>The life of one room's hearing, as a table (Stateless). Synchronous, not thread-safe; who owns it serialises.</summary>
internal sealed class HearingMachine
{
    internal enum Life
    {
        Closed, Planned, Preparing,
        InSession, Opened, Evidence, ClosedEvidence, Debate, ProtectedWitness, Mediation, Verdict,
        Suspended, Adjourned, Deliberation,
    }

    private static readonly (Life State, Told Told)[] Phases =
    [
        (Life.Evidence, Told.EvidenceCalled), (Life.ClosedEvidence, Told.ClosedEvidenceCalled), (Life.Debate, Told.DebateCalled),
        (Life.ProtectedWitness, Told.WitnessProtected), (Life.Mediation, Told.MediationCalled), (Life.Verdict, Told.VerdictCalled),
    ];

    private readonly StateMachine<Life, Told> _machine;
    private Life _life;

    // Where "resume" leads back to: a recess in closed evidence ends in closed evidence, never in public.
    private Life _before = Life.Opened;

    public HearingMachine(Stage stage, Stage before)
    {
        _life = ToLife(stage);
        _before = StageSet.InSession.Has(before) ? ToLife(before) : Life.Opened;
        _machine = new(() => _life, life => _life = life);
        ConfigureBefore();
        ConfigureInSession();
        ConfigureSuspended();
    }

    public Stage Stage => ToStage(_life);
    public Stage Before => ToStage(_before);

    public bool CanFire(Told told) => _machine.CanFire(told);
    public void Fire(Told told) => _machine.Fire(told);

    internal StateMachineInfo Table => _machine.GetInfo();

    public static string Diagram() => MermaidGraph.Format(new HearingMachine(Stage.Closed, Stage.Opened).Table);

    private void ConfigureBefore()
    {
        _machine.Configure(Life.Closed)
            .Permit(Told.Docketed, Life.Planned)
            .Permit(Told.Prepared, Life.Preparing)
            .Permit(Told.Opened, Life.Opened)
            .Ignore(Told.Withdrawn);

        _machine.Configure(Life.Planned)
            .Permit(Told.Withdrawn, Life.Closed)
            .Permit(Told.Prepared, Life.Preparing)
            .Permit(Told.Opened, Life.Opened)
            .Ignore(Told.Docketed);

        _machine.Configure(Life.Preparing)
            .Permit(Told.Opened, Life.Opened)
            .Permit(Told.Closed, Life.Closed)
            .Ignore(Told.Prepared)
            .Ignore(Told.Docketed)
            .Ignore(Told.Withdrawn);
    }

    private void ConfigureInSession()
    {
        // The docket has no say once a hearing is open: a withdrawn or newly docketed hearing changes nothing here.
        _machine.Configure(Life.InSession)
            .OnExit(Remember)
            .Permit(Told.Adjourned, Life.Adjourned)
            .Permit(Told.DeliberationCalled, Life.Deliberation)
            .Permit(Told.Closed, Life.Closed)
            .Ignore(Told.Docketed)
            .Ignore(Told.Withdrawn);

        _machine.Configure(Life.Opened).SubstateOf(Life.InSession);
        foreach (var (state, told) in Phases)
        {
            var configured = _machine.Configure(state).SubstateOf(Life.InSession).OnEntry(Remember).Ignore(told);
            foreach (var (other, call) in Phases)
                if (other != state) configured.Permit(call, other);
            _machine.Configure(Life.Opened).Permit(told, state);
        }

        _machine.Configure(Life.Opened).OnEntry(Remember);
    }

    private void ConfigureSuspended()
    {
        _machine.Configure(Life.Suspended)
            .PermitDynamic(Told.Resumed, () => _before)
            .Permit(Told.VerdictCalled, Life.Verdict)
            .Permit(Told.Closed, Life.Closed)
            .Ignore(Told.Docketed)
            .Ignore(Told.Withdrawn);

        _machine.Configure(Life.Adjourned).SubstateOf(Life.Suspended)
            .Permit(Told.DeliberationCalled, Life.Deliberation)
            .Ignore(Told.Adjourned);

        _machine.Configure(Life.Deliberation).SubstateOf(Life.Suspended)
            .Permit(Told.Adjourned, Life.Adjourned)
            .Ignore(Told.DeliberationCalled);
    }

    // On leaving the session Stateless has not moved yet: the state is still the phase that "resume" must lead back to.
    private void Remember(StateMachine<Life, Told>.Transition transition) =>
        _before = ToStageOrNull(transition.Destination) is { } to && StageSet.InSession.Has(to) ? transition.Destination
            : transition.Source;

    private static Stage? ToStageOrNull(Life life) => life is Life.InSession or Life.Suspended ? null : ToStage(life);
    private static Stage ToStage(Life life) => Enum.Parse<Stage>(life.ToString());
    private static Life ToLife(Stage stage) => Enum.Parse<Life>(stage.ToString());
}
