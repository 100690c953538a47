using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;
using Stateless;

namespace AvGateway.Drivers.Protocols.HyperDeck;

/// <summary>What the deck tells of itself.</summary>
public sealed partial class HyperDeckDriver
{
    // A disk that fills is watched at every poll while recording; at rest once in six polls is soon enough.
    private const int SlotEvery = 6;
    private const int MostSlots = 8;
    private const int StandstillPolls = 3;
    private static readonly TimeSpan StorageLowBelow = TimeSpan.FromMinutes(15);

    private readonly SortedDictionary<int, Slot> _slots = [];
    private string? _status;
    private int? _slot;
    private int? _recordedFrom;
    private int _timecode = -1;
    private int _timecodeAtPoll = -1;
    private int _pollsAtStandstill;
    private bool _sawStart;
    private bool _wasRecording;
    private int _polls;

    private void ForgetDeck()
    {
        _slots.Clear();
        _status = null;
        _slot = null;
        _recordedFrom = null;
        _timecode = _timecodeAtPoll = -1;
        _sawStart = false;
        _polls = 0;
    }

    /// <summary>Everything is off after a connect: notices are switched on before the first reading, so that no change falls between.</summary>
    private void Greeted(HyperDeckReply greeting)
    {
        TakeIdentity(greeting);
        Device.Ask("notify: transport: true slot: true remote: true configuration: true dropped frames: true", reply =>
        {
            if (!reply.Answers(200)) return false;

            // Firmware before 1.9 refuses the whole line for one parameter that it does not know.
            if (reply.IsRefusal) Device.Ask("notify: transport: true slot: true remote: true", again => again.Answers(200));
            return true;
        });

        // A deck ends the connection of a client that it has been told to watch; whoever was here before may have told it.
        Device.Ask("watchdog: period: 0", reply => reply.Answers(200));
        Device.Ask("device info", reply =>
        {
            if (!reply.Answers(204)) return false;
            TakeIdentity(reply);
            ReadAll(reply.TryGet("slot count", out var count) && int.TryParse(count, out var slots) ? Math.Clamp(slots, 1, MostSlots) : 1);
            return true;
        });
    }

    private void ReadAll(int slots)
    {
        Device.Extent(SlotExtent, slots);
        for (var slot = 1; slot <= slots; slot++) AskSlot(slot);
        Device.Ask("remote", reply => reply.Answers(210) && TakeRemote(reply));
        Device.Ask("transport info", reply =>
        {
            if (!reply.Answers(208)) return false;
            if (reply.IsRefusal) Device.Reconnect(StatusReasons.ProtocolError, $"transport info: {reply.Code} {reply.Text}");
            else if (TakeTransport(reply) && _transport.State is not Mode.Unknown) Device.Synchronised();
            return true;
        });
    }

    private void LookAtAll()
    {
        LookAtTransport();
        LookAtSlot();
    }

    private void LookAtTransport() => Device.Ask("transport info", reply => reply.Answers(208) && TakeTransport(reply));

    private void LookAtSlot() => AskSlot(_slot ?? 1);

    private void AskSlot(int slot) =>
        Device.Ask(string.Create(CultureInfo.InvariantCulture, $"slot info: slot id: {slot}"), reply => reply.Answers(202) && TakeSlot(reply));

    private void TakeIdentity(HyperDeckReply reply)
    {
        if (reply.TryGet("protocol version", out var protocol)) Device.Report(ProtocolVersion, protocol);
        if (reply.TryGet("model", out var model)) Device.Report(CommonWords.ModelName, model);
        if (reply.TryGet("software version", out var firmware)) Device.Report(CommonWords.FirmwareVersion, firmware);
        if (!reply.TryGet("unique id", out var serial) || serial.Length == 0) return;
        Device.Report(CommonWords.SerialNumber, serial);
        Device.Identify(serial);
    }

    /// <summary>Takes what was told; a notice holds only what changed.</summary>
    private bool TakeTransport(HyperDeckReply reply)
    {
        if (reply.TryGet("slot id", out var slot) || reply.TryGet("active slot", out slot)) TakeActiveSlot(slot);
        if (reply.TryGet("status", out var status))
        {
            _status = status;
            _transport.Fire(status switch
            {
                "record" => Told.Recording,
                "preview" or "stopped" => Told.Stopped,
                _ => Told.Playing,
            });
            Device.Report(RecorderWords.RecordingState, status == "record" ? RecordingStates.Recording : RecordingStates.Stopped);
        }

        if (_status == "record" && reply.TryGet("timecode", out var timecode)) TakeTimecode(timecode);
        return true;
    }

    private void TakeActiveSlot(string told)
    {
        int? slot = int.TryParse(told, CultureInfo.InvariantCulture, out var number) ? number : null;

        // A reading of the transport says nothing new of the disks: it must not take back what a refusal has just told of them.
        if (slot == _slot) return;
        _slot = slot;
        if (_slot is { } known) Device.Report(ActiveSlot, known);
        else Device.Forget(ActiveSlot);
        ShowStorage();
    }

    /// <summary>
    /// The deck tells no recorded time. Its timecode since the moment at which the recording was seen to begin is that time; for a recording
    /// that was under way when the link opened it is not known, and the timecode alone shows that it goes on.
    /// </summary>
    private void TakeTimecode(string timecode)
    {
        if (!TrySeconds(timecode, out var seconds)) return;
        var before = _timecode;
        _timecode = seconds;
        if (seconds != before) Device.Clear(Standstill.Code);
        Device.Report(RecorderWords.RecordingTimecode, seconds);
        if (!_sawStart) return;

        // A recording that goes on on the next disk, or past midnight, begins its timecode anew.
        _recordedFrom ??= seconds;
        if (seconds < before && before >= 0) _recordedFrom += seconds - before;
        Device.Report(RecorderWords.RecordedTime, seconds - _recordedFrom.Value);
    }

    /// <summary>A deck that says it records and whose timecode does not move is not recording anything.</summary>
    private void WatchProgress()
    {
        _pollsAtStandstill = _transport.State is Mode.Recording && _timecode >= 0 && _timecode == _timecodeAtPoll ? _pollsAtStandstill + 1 : 0;
        _timecodeAtPoll = _timecode;
        if (_pollsAtStandstill >= StandstillPolls) Device.Raise(Standstill.Code, $"the timecode stays at {_timecode} s", $"时码停在 {_timecode} 秒");
    }

    private bool TakeSlot(HyperDeckReply reply)
    {
        if (!reply.TryGet("slot id", out var id) || !int.TryParse(id, CultureInfo.InvariantCulture, out var number) || number is < 1 or > MostSlots)
            return reply.IsRefusal || reply.Code == 202;
        var slot = _slots.GetValueOrDefault(number) ?? new Slot("", 0);
        if (reply.TryGet("status", out var status)) slot = slot with { Status = status };
        if (reply.TryGet("recording time", out var left) && int.TryParse(left, CultureInfo.InvariantCulture, out var seconds)) slot = slot with { Left = seconds };
        _slots[number] = slot;
        Device.Report(string.Create(CultureInfo.InvariantCulture, $"slot-status-{number}"), slot.Status);
        Device.Report(string.Create(CultureInfo.InvariantCulture, $"slot-left-{number}"), slot.IsMounted ? slot.Left : 0);
        ShowStorage();
        return true;
    }

    private void ShowStorage()
    {
        if (_slots.Count == 0) return;
        var active = _slot is { } number && _slots.TryGetValue(number, out var chosen) && chosen.IsMounted
            ? chosen : _slots.Values.FirstOrDefault(slot => slot.IsMounted);
        var left = active?.Left ?? 0;
        Device.Report(RecorderWords.StorageTime, left);
        Keep(RecorderWords.NoMedium.Code, active is null && !_slots.Values.Any(slot => slot.Status == "mounting"));
        Keep(RecorderWords.StorageLow.Code, active is not null && left < StorageLowBelow.TotalSeconds);
        Keep(DiskError.Code, _slots.Values.Any(slot => slot.Status == "error"));
    }

    private bool TakeRemote(HyperDeckReply reply)
    {
        if (!reply.TryGet("enabled", out var enabled)) return true;
        Device.Report(RemoteFlag, enabled == "true");
        Keep(RemoteOff.Code, enabled != "true");
        return true;
    }

    private void Keep(string fault, bool isThere)
    {
        if (isThere) Device.Raise(fault);
        else Device.Clear(fault);
    }

    private void IsRecording()
    {
        Device.Clear(RecorderWords.NotFollowing.Code);
        Device.Clear(RecorderWords.NoSignal.Code);
        Device.Clear(RecorderWords.StoppedByItself.Code);
        Device.Clear(DeckError.Code);
    }

    private void Moved(StateMachine<Mode, Told>.Transition move)
    {
        Device.SetMode(move.Destination.ToString());
        if (move.Destination is Mode.Recording && move.Trigger is Told.Recording)
        {
            _sawStart = move.Source is not Mode.Unknown;
            _recordedFrom = null;
            _timecode = _timecodeAtPoll = -1;
            if (!_sawStart) Device.Forget(RecorderWords.RecordedTime);

            // The last one belongs to another recording: between the two nothing grew.
            Device.Forget(RecorderWords.RecordingTimecode);
        }

        if (move is { Source: Mode.Stopping, Destination: Mode.Stopped }) Device.Clear(RecorderWords.NotFollowing.Code);

        if (move.Source is Mode.Recording) Device.Clear(Standstill.Code);

        // Told.Stopped without a wish of ours; a wish would have led through Stopping.
        if (move is { Source: Mode.Recording, Trigger: Told.Stopped or Told.Playing }) StoppedByItself("", "");
        if (move is { Source: Mode.Unknown, Trigger: Told.Stopped or Told.Playing } && _wasRecording) StoppedByItself(" while the link was down", "（链路中断期间）");
        if (move.Trigger is Told.LinkLost) _wasRecording |= move.Source is Mode.Recording;
        else _wasRecording = false;
    }

    private void StoppedByItself(string when, string whenZh)
    {
        Device.Raise(RecorderWords.StoppedByItself.Code, $"the transport shows {_status}{when}", $"录像机显示 {_status}{whenZh}");

        // Why it stopped is told by the disks: full, gone or faulty.
        LookAtSlot();
    }

    private static bool TrySeconds(string timecode, out int seconds)
    {
        // Drop-frame timecode writes its last separator as a semicolon.
        Span<Range> parts = stackalloc Range[5];
        var text = timecode.AsSpan();
        seconds = 0;
        if (text.SplitAny(parts, ":;") != 4) return false;
        foreach (var part in parts[..3])
        {
            if (!int.TryParse(text[part], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 59) return false;
            seconds = (seconds * 60) + number;
        }

        return true;
    }

    private sealed record Slot(string Status, int Left)
    {
        public bool IsMounted => Status == "mounted";
    }
}
