using AvGateway.Classes;

namespace AvGateway.Drivers.Protocols.TrialHost;

/// <summary>The words of one host, as its site file tells them: no maker publishes them.</summary>
internal sealed class TrialHostWords
{
    public const string Record = "record", Stop = "stop", Pause = "pause", Resume = "resume", State = "state";
    public const string RecordingIs = "recording-is", StoppedIs = "stopped-is", PausedIs = "paused-is";
    public const string Recorded = "recorded", Left = "left", Level = "level", Version = "version";

    private readonly DriverSetup _setup;
    private readonly Dictionary<string, string> _states = new(StringComparer.OrdinalIgnoreCase);

    public TrialHostWords(DriverSetup setup)
    {
        _setup = setup;
        Add(RecordingIs, RecordingStates.Recording);
        Add(StoppedIs, RecordingStates.Stopped);
        Add(PausedIs, RecordingStates.Paused);
    }

    /// <summary>What an option names; null where the site file says nothing.</summary>
    public string? this[string option] => _setup.Options[option].Text is { Length: > 0 } word ? word : null;

    /// <summary>The word of a recorder for the host's own, or null for one that the site file does not name.</summary>
    public string? StateOf(string told) => _states.GetValueOrDefault(told.Trim());

    // One state may have several words: "1,3".
    private void Add(string option, string state)
    {
        foreach (var word in _setup.Options[option].Text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) _states[word] = state;
    }
}
