using AvGateway.Scenes.Model;

namespace AvGateway.Acceptance.Tests.Virtual;

/// <summary>What must never be, told from the simulators alone: fixed inputs and outputs, and no word of the product's rules.</summary>
internal sealed class CourtOracle
{
    private const int Stream = 13;
    private const int Lobby = 14;
    private const int Gallery = 17;
    private const int FarEnd = 18;
    private const int Recorder = 19;

    private readonly VirtualCourt _court;
    private readonly HashSet<string> _crimes = [];

    public CourtOracle(VirtualCourt court)
    {
        _court = court;
        court.Bench.AtRest = Look;
    }

    public IReadOnlyCollection<string> Crimes => _crimes;

    private void Look()
    {
        var hearing = _court.Bench.Room.Hearing.Snapshot;
        if (!hearing.IsKnown) return;
        var routing = _court.Routing();
        var isMasked = _court.Routing("masker")[0] == 1;
        var isSuspended = hearing.Stage is Stage.Adjourned or Stage.Deliberation;
        var isPrivate = hearing.Stage is Stage.ClosedEvidence or Stage.Mediation;
        foreach (var output in (int[])[Stream, Lobby, Gallery, FarEnd, Recorder])
        {
            if (routing[output] == 14 || (routing[output] == 16 && !isMasked)) Crime($"the witness's face on output {output}");
        }

        foreach (var output in (int[])[Stream, Lobby, Gallery, FarEnd])
        {
            if (isSuspended && routing[output] is 12 or 13 or 17) Crime($"the court on output {output}");
            if (isPrivate && output != FarEnd && routing[output] is 12 or 13 or 15 or 16) Crime($"closed doors on output {output}");
        }

        var isOnAir = _court.Transport("encoder") == "record";
        if (isOnAir && (isSuspended || isPrivate || !hearing.IsOpen || !hearing.IsPublic)) Crime("a stream");
        void Crime(string what) => _crimes.Add($"{what} in {hearing.Stage}");
    }
}
