using System.Globalization;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Switches;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.HyperDeck;

/// <summary>
/// A disk recorder on the HyperDeck Ethernet protocol, TCP 9993: one-line and several-line commands, numbered replies, and asynchronous
/// blocks 5xx that a connection gets only when it has asked for them. This part is the machine; the commands are in the other part.
/// </summary>
internal sealed partial class SimulatedHyperDeck : SimulatedDevice<HyperDeckSession>, ICatalogued
{
    private static readonly string[] SlotWords = [DeckSlot.Empty, DeckSlot.Mounting, DeckSlot.Mounted, DeckSlot.Error];

    private readonly HyperDeckSwitches _switches;
    private readonly Switch<string>[] _slotStatus;
    private readonly Switch<int?>[] _slotTime;
    private readonly int _minorVersion;
    private readonly string _version;
    private readonly string _model;
    private readonly string _uniqueId;
    private readonly string _videoFormat;
    private DeckSlot[] _slots;
    private DeckTransport _transport = new();
    private SortedDictionary<string, string> _configuration = NewConfiguration();
    private Dictionary<string, string> _lastTold;
    private IDisposable? _recordingEnd;
    private IDisposable? _ticker;
    private string _clipName = "";
    private string? _formatToken;
    private int _formatSlot;
    private int _clipsMade;
    private long _startedAt;

    public SimulatedHyperDeck(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time, TimeSpan.FromSeconds(2))
    {
        _version = setting.Word("protocolVersion", "1.11");
        _minorVersion = int.TryParse(_version.Split('.')[^1], CultureInfo.InvariantCulture, out var minor) ? minor : 0;
        _model = setting.Word("model", "HyperDeck Studio HD Plus");
        _uniqueId = setting.Word("uniqueId", "7c2e0d" + Identity.Hex(setting.Id, 6).ToLowerInvariant());
        _videoFormat = setting.Word("videoFormat", "1080p25");
        _switches = new(Switches, this);
        var ids = Enumerable.Range(1, setting.Count("slots", 2, 1, 4)).ToArray();
        _slotStatus = [.. ids.Select(id => Switches.Choice(
            $"slot-{id}", $"The disk of slot {id}.", DeckSlot.Mounted, SlotWords, () => SlotChanged(id)))];
        _slotTime = [.. ids.Select(id => Switches.OptionalInteger(
            $"recording-time-{id}", $"Seconds that can be recorded on slot {id} from the moment of setting; null: as the disk is.",
            0, 1_000_000, () => TimeSwitched(id)))];
        _slots = NewSlots();
        _startedAt = time.GetTimestamp();
        _lastTold = Told();
        AddFrontPanel();
    }

    public static SimulatorDescriptor Descriptor { get; } =
        new("hyperdeck", "recorder", "Blackmagic HyperDeck disk recorder", [LinkKind.Tcp],
        static (setting, time) => new SimulatedHyperDeck(setting, time));

    private DeckSlot ActiveSlot => _slots[_transport.Slot - 1];

    protected override Session NewSession(Connection connection) => new HyperDeckSession(this, connection);

    protected override void BackToFactory()
    {
        _slots = NewSlots();
        _configuration = NewConfiguration();
        _clipsMade = 0;
        Restarted();
        for (var id = 1; id <= _slots.Length; id++) SetTime(id);
    }

    protected override void Restarted()
    {
        // A recording that ran when the mains went has no finished file and is lost. The disks are there again, the transport stands.
        foreach (var slot in _slots.Where(slot => slot.Status == DeckSlot.Mounting)) slot.Become(DeckSlot.Mounted);
        _transport = new() { Slot = _slots.FirstOrDefault(slot => slot.IsMounted)?.Id ?? 1 };
        _lastTold = Told();
        _recordingEnd = _ticker = null;
        _formatToken = null;
        _startedAt = Time.GetTimestamp();
    }

    protected override void Describe(JsonObject state)
    {
        state["model"] = _model;
        state["uniqueId"] = _uniqueId;
        state["status"] = _transport.Status;
        state["slot"] = _transport.Slot;
        state["timecode"] = DeckTransport.Timecode(Position());
        state["remoteEnabled"] = _switches.RemoteEnabled.Now;
        state["slots"] = new JsonArray([.. _slots.Select(slot => (JsonNode)new JsonObject
        {
            ["id"] = slot.Id,
            ["status"] = slot.Status,
            ["recordingTime"] = (long)Left(slot).TotalSeconds,
            ["clips"] = new JsonArray([.. slot.Clips.Select(clip => (JsonNode)clip.Name)]),
        })]);
        state["configuration"] = new JsonObject(_configuration.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value)));
    }

    internal void RemoteSwitched()
    {
        foreach (var session in Asked("remote")) session.Say(Block(510, "remote info", RemoteFields(session)));
    }

    internal void DiskFilled()
    {
        if (_switches.DiskFull.Now && _transport.IsRecording) StopTransport();
    }

    internal void InputChanged()
    {
        if (_switches.NoInput.Now && _transport.IsRecording) StopTransport();
        else TellTransport();
    }

    internal void GrowthChanged()
    {
        if (_transport.IsRecording) ArmRecordingEnd();
    }

    private static SortedDictionary<string, string> NewConfiguration() => new(StringComparer.Ordinal)
    {
        ["audio input"] = "embedded",
        ["file format"] = "QuickTimeProRes",
        ["video input"] = "SDI",
    };

    private DeckSlot[] NewSlots() =>
        [.. _slotStatus.Select(
            (status, i) => new DeckSlot(i + 1, status, TimeSpan.FromSeconds(Setting.Count("capacity", 14_400, 1, 1_000_000))))];

    private TimeSpan Position() => _transport.IsRecording && _switches.NoGrowth.Now ? TimeSpan.Zero : _transport.Position(Time);

    private TimeSpan Left(DeckSlot slot)
    {
        if (_switches.DiskFull.Now) return TimeSpan.Zero;
        var grows = _transport.IsRecording && slot.Id == _transport.Slot && !_switches.NoGrowth.Now;
        var used = grows ? _transport.Elapsed(Time) : TimeSpan.Zero;
        return slot.Left > used ? slot.Left - used : TimeSpan.Zero;
    }

    /// <summary>Why a recording cannot be started, or null.</summary>
    private int? RecordingBarred()
    {
        if (_transport.Status is not (DeckTransport.Stopped or DeckTransport.Preview)) return Codes.InvalidState;
        if (ActiveSlot.Status == DeckSlot.Error) return Codes.DiskError;
        if (!ActiveSlot.IsMounted) return Codes.NoDisk;
        if (_switches.NoInput.Now) return Codes.NoInput;
        return Left(ActiveSlot) < TimeSpan.FromSeconds(1) ? Codes.DiskFull : null;
    }

    private void StartRecording(string? name)
    {
        if (RecordingBarred() is not null) return;
        _clipName = ClipName(name);
        _transport.Clip = ActiveSlot.Clips.Count + 1;
        _transport.Become(DeckTransport.Record, 100, TimeSpan.Zero, Time.GetTimestamp());
        ArmRecordingEnd();
        TellTransport();
    }

    private void ArmRecordingEnd()
    {
        _recordingEnd?.Dispose();
        _recordingEnd = null;
        var byItself = _switches.StopsByItself.Now;
        if (byItself > TimeSpan.Zero && byItself < Left(ActiveSlot)) _recordingEnd = After(byItself, StopTransport);
        else if (!_switches.NoGrowth.Now) _recordingEnd = After(Left(ActiveSlot), DiskRanFull);
    }

    private void DiskRanFull()
    {
        var next = _switches.AutoSpill.Now ? OtherSlot() : null;
        if (next is null) StopTransport();
        else SpillTo(next);
    }

    private DeckSlot? OtherSlot() =>
        _slots.FirstOrDefault(slot => slot.Id != _transport.Slot && slot.IsMounted && Left(slot) >= TimeSpan.FromSeconds(1));

    private void SpillTo(DeckSlot next)
    {
        var full = ActiveSlot;
        KeepClip();
        _transport.Slot = next.Id;
        _clipName = ClipName(null);
        _transport.Clip = next.Clips.Count + 1;
        _transport.Become(DeckTransport.Record, 100, TimeSpan.Zero, Time.GetTimestamp());
        ArmRecordingEnd();
        TellTransport();
        TellSlot(full);
    }

    private void StopTransport()
    {
        if (_transport.Status == DeckTransport.Stopped) return;
        var position = Position();
        var slot = _transport.IsRecording ? ActiveSlot : null;
        if (slot is not null) KeepClip();
        _recordingEnd?.Dispose();
        _transport.Become(DeckTransport.Stopped, 0, position, Time.GetTimestamp());
        TellTransport();
        if (slot is not null && slot.IsMounted) TellSlot(slot);
    }

    private void KeepClip()
    {
        var slot = ActiveSlot;
        var length = Position();
        slot.Left = Left(slot);
        if (slot.IsMounted) slot.Clips.Add(new(_clipName, length));
    }

    private void StartPlaying(int speed)
    {
        var length = ActiveSlot.Clips.Aggregate(TimeSpan.Zero, (sum, clip) => sum + clip.Length);
        var from = Position() >= length || _transport.Status != DeckTransport.Stopped ? TimeSpan.Zero : Position();
        _transport.Clip ??= 1;
        _transport.Become(speed == 100 ? DeckTransport.Play : DeckTransport.Shuttle, speed, from, Time.GetTimestamp());
        _recordingEnd?.Dispose();
        _recordingEnd = speed > 0 ? After((length - from) * (100.0 / speed), PlayedToTheEnd) : null;
        TellTransport();
    }

    private void PlayedToTheEnd()
    {
        if (_transport.Loop) StartPlaying(_transport.Speed);
        else StopTransport();
    }

    // Clip names hold what every disk format takes; a name that is there already gets a number.
    private string ClipName(string? wished)
    {
        var kept = new string([.. (wished ?? "").Where(IsTaken)]).Trim();
        if (kept.Length == 0) kept = string.Create(CultureInfo.InvariantCulture, $"HyperDeck_{++_clipsMade:0000}");
        var name = kept;
        for (var n = 1; ActiveSlot.Clips.Any(clip => clip.Name == name + ".mov"); n++)
            name = string.Create(CultureInfo.InvariantCulture, $"{kept}_{n:00}");
        return name + ".mov";
    }

    private static bool IsTaken(char c) => char.IsAscii(c) && !char.IsControl(c) && !"/\\:*?\"<>|".Contains(c, StringComparison.Ordinal);

    private void SlotChanged(int id)
    {
        var slot = _slots[id - 1];
        if (_transport.IsRecording && _transport.Slot == id && !slot.IsMounted) StopTransport();
        if (!ActiveSlot.IsMounted && slot.IsMounted && !_transport.IsRecording) _transport.Slot = id;
        TellSlot(slot);
    }

    private void TimeSwitched(int id)
    {
        SetTime(id);
        if (_transport.IsRecording && _transport.Slot == id) ArmRecordingEnd();
        TellSlot(_slots[id - 1]);
    }

    private void SetTime(int id)
    {
        if (_slotTime[id - 1].Now is not { } seconds) return;
        var slot = _slots[id - 1];
        var used = _transport.IsRecording && _transport.Slot == id ? _transport.Elapsed(Time) : TimeSpan.Zero;
        slot.Left = TimeSpan.FromSeconds(seconds) + used;
    }

    private void InsertDisk(DeckSlot slot)
    {
        slot.Format();
        slot.Become(DeckSlot.Mounting);
        TellSlot(slot);
        After(_switches.MountingTime.Now, () =>
        {
            if (slot.Status != DeckSlot.Mounting) return;
            slot.Become(DeckSlot.Mounted);
            SlotChanged(slot.Id);
        });
    }
}
