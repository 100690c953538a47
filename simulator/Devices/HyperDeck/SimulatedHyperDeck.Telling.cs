namespace AvGateway.Simulator.Devices.HyperDeck;

/// <summary>What is told unasked, the blocks it is made of, and the front panel.</summary>
internal sealed partial class SimulatedHyperDeck
{
    private static readonly TimeSpan Picture = TimeSpan.FromSeconds(1.0 / DeckTransport.Rate);

    private IEnumerable<HyperDeckSession> Asked(string notification)
    {
        if (_switches.ForgetsNotify.Now)
        {
            foreach (var session in Sessions) session.Notify.Clear();
        }

        return Sessions.Where(session => session.Notify.Contains(notification));
    }

    private void TellTransport()
    {
        var fields = TransportFields().ToArray();
        var changed = fields.Where(field => _lastTold.GetValueOrDefault(field.Key) != field.Value).ToArray();
        _lastTold = Told();
        foreach (var session in Asked("transport"))
            session.Say(Block(508, "transport info", _switches.PartialNotify.Now ? changed : fields));
        ArmTicker();
    }

    private Dictionary<string, string> Told() => TransportFields().ToDictionary(field => field.Key, field => field.Value);

    private void TellSlot(DeckSlot slot)
    {
        foreach (var session in Asked("slot")) session.Say(Block(502, "slot info", slot.Describe(Left(slot), _videoFormat)));
    }

    // Time codes are told with every picture, and only while somebody wants them and something moves.
    private void ArmTicker()
    {
        if (_ticker is not null || !_transport.IsMoving || !(Asked("display timecode").Any() || Asked("timeline position").Any())) return;
        _ticker = After(Picture, () =>
        {
            _ticker = null;
            var position = Position();
            foreach (var session in Asked("display timecode"))
                session.Say(Block(513, "displayed timecode", [("display timecode", DeckTransport.Timecode(position))]));
            foreach (var session in Asked("timeline position"))
                session.Say(Block(514, "timeline position", [("timeline", Number(DeckTransport.Frames(position)))]));
            ArmTicker();
        });
    }

    private IEnumerable<(string Key, string Value)> DeviceFields() =>
    [
        ("protocol version", _version), ("model", _model), ("unique id", _uniqueId), ("slot count", Number(_slots.Length)),
        ("software version", Setting.Word("softwareVersion", "8.1.1")),
    ];

    private IEnumerable<(string Key, string Value)> TransportFields()
    {
        var timecode = DeckTransport.Timecode(Position());
        var anyDisk = Array.Exists(_slots, slot => slot.IsMounted);
        return
        [
            ("status", _transport.Status),
            ("speed", Number(_transport.Speed)),
            (_switches.ActiveSlot.Now ? "active slot" : "slot id", anyDisk ? Number(_transport.Slot) : "none"),
            ("clip id", _transport.Clip is { } clip ? Number(clip) : "none"),
            ("single clip", Flag(_transport.SingleClip)),
            ("display timecode", timecode),
            ("timecode", timecode),
            ("video format", _videoFormat),
            ("loop", Flag(_transport.Loop)),
            ("timeline", Number(DeckTransport.Frames(Position()))),
            ("input video format", _switches.NoInput.Now ? "none" : _videoFormat),
            ("dynamic range", "Rec709"),
            ("reference locked", "true"),
            ("stop mode", "lastframe"),
        ];
    }

    private IEnumerable<(string Key, string Value)> RemoteFields(HyperDeckSession session) =>
        [("enabled", Flag(_switches.RemoteEnabled.Now)), ("override", Flag(session.Override))];

    private void AddFrontPanel()
    {
        var slotArgument = new FrontPanelArgument("slot", $"a whole number from 1 to {_slots.Length}");
        Panel.Add("record", "Presses REC.", _ => Hand(RecordingBarred(), () => StartRecording(null)));
        Panel.Add("stop", "Presses STOP.", StopTransport);
        Panel.Add("play", "Presses PLAY.", _ => Hand(
            _transport.IsRecording ? Codes.InvalidState : ActiveSlot.Clips.Count == 0 ? Codes.TimelineEmpty : null,
            () => StartPlaying(100)));
        Panel.Add("remote", "Presses REM.", args =>
        {
            if (!args.Boolean("on", out var on)) return args.Problem;
            _switches.RemoteEnabled.Become(on);
            RemoteSwitched();
            return null;
        }, new FrontPanelArgument("on", "true or false"));
        Panel.Add("insert-disk", "Puts an empty disk into a slot; it mounts after mounting-time.", args => WithSlot(args, slot =>
        {
            if (slot.Status == DeckSlot.Empty) InsertDisk(slot);
        }), slotArgument);
        Panel.Add("remove-disk", "Pulls the disk out of a slot.", args => WithSlot(args, slot =>
        {
            slot.Become(DeckSlot.Empty);
            SlotChanged(slot.Id);
        }), slotArgument);
        Panel.Add("drop-frames", "Loses pictures, and says so to whoever asked.", args =>
        {
            if (!args.Integer("count", 1, 1_000_000, out var count)) return args.Problem;
            foreach (var session in Asked("dropped frames")) session.Say(Block(512, "dropped frames", [("count", Number(count))]));
            return null;
        }, new FrontPanelArgument("count", "a whole number from 1"));
    }

    private static ControlProblem? Hand(int? barred, Action act)
    {
        if (barred is { } code)
        {
            var shown = Codes.Line(code).Trim();
            return new(ControlFault.Impossible, $"The deck shows: {shown}.", "/verb", "Look at the state and remove the cause first.");
        }

        act();
        return null;
    }

    private ControlProblem? WithSlot(FrontPanelArgs args, Action<DeckSlot> act)
    {
        if (!args.Integer("slot", 1, _slots.Length, out var id)) return args.Problem;
        act(_slots[id - 1]);
        return null;
    }
}
