using System.Globalization;
using System.Text;

namespace AvGateway.Simulator.Devices.HyperDeck;

/// <summary>The commands and what the deck says.</summary>
internal sealed partial class SimulatedHyperDeck
{
    private const string Ok = "200 ok\r\n";

    private static readonly string[] VideoInputs = ["SDI", "HDMI", "component", "composite", "optical"];
    private static readonly string[] AudioInputs = ["embedded", "XLR", "RCA"];
    private static readonly string[] FileFormats =
    [
        "QuickTimeUncompressed", "QuickTimeProResHQ", "QuickTimeProRes", "QuickTimeProResLT", "QuickTimeProResProxy",
        "QuickTimeDNxHD220x", "DNxHD220x", "H.264High", "H.264Medium", "H.264Low",
    ];

    internal void Greet(HyperDeckSession session)
    {
        if (_switches.RejectsClients.Now || _switches.OneClient.Now && Sessions.Any(other => other != session && !other.Rejected))
            session.Reject();
        else session.Say(Block(500, "connection info", [("protocol version", _version), ("model", _model)]));
    }

    internal void Obey(HyperDeckSession session, HyperDeckCommand command)
    {
        if (command.Wrong is { } code) session.Say(Codes.Line(code));
        else if (Barred(session, command) is { } barred) session.Say(barred);
        else Answer(session, command);
    }

    private static bool Changes(HyperDeckCommand command) => command.Name switch
    {
        "record" or "record spill" or "stop" or "play" or "preview" or "goto" or "shuttle" or "slot select" or "format" => true,
        "configuration" => command.Parameters.Count > 0,
        _ => false,
    };

    private string? Barred(HyperDeckSession session, HyperDeckCommand command)
    {
        if (!Changes(command)) return null;
        if (Refuse.On) return Codes.Line(int.TryParse(Refuse.Code, CultureInfo.InvariantCulture, out var code) ? code : Codes.InvalidState);
        return _switches.RemoteEnabled.Now || session.Override ? null : Codes.Line(Codes.RemoteControlDisabled);
    }

    private void Answer(HyperDeckSession session, HyperDeckCommand command)
    {
        switch (command.Name)
        {
            case "ping": session.Say(Ok); break;
            case "quit": session.Say(Ok); session.End("quit"); break;
            case "help" or "?": session.Say(Lines(201, "help", HyperDeckGrammar.Commands)); break;
            case "device info": session.Say(Block(204, "device info", DeviceFields())); break;
            case "transport info": session.Say(Block(208, "transport info", TransportFields())); break;
            case "slot info":
                WithSlot(session, command, slot => session.Say(Block(202, "slot info", slot.Describe(Left(slot), _videoFormat))));
                break;
            case "disk list": WithSlot(session, command, slot => DiskList(session, slot)); break;
            case "clips count": session.Say(Block(214, "clips count", [("clip count", Number(ActiveSlot.Clips.Count))])); break;
            case "clips get": session.Say(ClipsInfo()); break;
            case "uptime":
                session.Say(Block(215, "uptime", [("uptime", Number((long)Time.GetElapsedTime(_startedAt).TotalSeconds))]));
                break;
            case "cache info": session.Say(Block(221, "cache info", [("cache slot", "none"), ("cache status", "none")])); break;
            case "notify": Notify(session, command); break;
            case "remote": Remote(session, command); break;
            case "watchdog": Watchdog(session, command); break;
            case "identify": OnlyTrueOrFalse(session, command, "enable", _ => { }); break;
            case "preview": OnlyTrueOrFalse(session, command, "enable", ShowPreview); break;
            case "record": Do(session, RecordingBarred(), () => StartRecording(command["name"])); break;
            case "stop": Do(session, null, StopTransport); break;
            case "play" or "shuttle": Play(session, command); break;
            case "record spill": Spill(session, command); break;
            case "slot select": SelectSlot(session, command); break;
            case "goto": GoTo(session, command); break;
            case "configuration": Configure(session, command); break;
            case "format": Format(session, command); break;
            default: session.Say(Codes.Line(Codes.Unsupported)); break;
        }
    }

    /// <summary>Acknowledges and moves the transport, or refuses.</summary>
    private void Do(HyperDeckSession session, int? barred, Action move)
    {
        if (barred is { } code)
        {
            session.Say(Codes.Line(code));
            return;
        }

        if (Frozen || _switches.TransportStuck.Now) session.Say(Ok);
        else if (_switches.TransportDelay.Now > TimeSpan.Zero)
        {
            session.Say(Ok);
            After(_switches.TransportDelay.Now, move);
        }
        else if (_switches.EventsFirst.Now)
        {
            move();
            session.Say(Ok);
        }
        else
        {
            session.Say(Ok);
            move();
        }
    }

    private void Play(HyperDeckSession session, HyperDeckCommand command)
    {
        var speed = 100;
        if (command["speed"] is { } text && !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out speed))
        {
            session.Say(Codes.Line(Codes.InvalidValue));
            return;
        }

        if (!TryFlag(command, "loop", out var loop) || !TryFlag(command, "single clip", out var single))
            session.Say(Codes.Line(Codes.InvalidValue));
        else if (speed is < -5000 or > 5000) session.Say(Codes.Line(Codes.OutOfRange));
        else
        {
            int? barred = _transport.IsRecording ? Codes.InvalidState
                : !ActiveSlot.IsMounted ? Codes.NoDisk
                : ActiveSlot.Clips.Count == 0 ? Codes.TimelineEmpty
                : null;
            Do(session, barred, () =>
            {
                // Both stay as they are until a client changes them.
                _transport.Loop = loop ?? _transport.Loop;
                _transport.SingleClip = single ?? _transport.SingleClip;
                StartPlaying(speed);
            });
        }
    }

    private void Spill(HyperDeckSession session, HyperDeckCommand command)
    {
        if (!_transport.IsRecording)
        {
            session.Say(Codes.Line(Codes.InvalidState));
            return;
        }

        if (command["slot id"] is null)
        {
            var next = OtherSlot();
            Do(session, next is null ? Codes.NoDisk : null, () => SpillTo(next!));
            return;
        }

        WithSlot(session, command, slot =>
        {
            int? barred = slot.Id == _transport.Slot ? Codes.InvalidState
                : !slot.IsMounted ? Codes.NoDisk
                : Left(slot) < TimeSpan.FromSeconds(1) ? Codes.DiskFull
                : null;
            Do(session, barred, () => SpillTo(slot));
        });
    }

    private void SelectSlot(HyperDeckSession session, HyperDeckCommand command) => WithSlot(session, command, slot =>
    {
        int? barred = _transport.IsRecording ? Codes.InvalidState : !slot.IsMounted ? Codes.NoDisk : null;
        Do(session, barred, () =>
        {
            _transport.Slot = slot.Id;
            _transport.Clip = slot.Clips.Count > 0 ? 1 : null;
            TellTransport();
        });
    });

    private void GoTo(HyperDeckSession session, HyperDeckCommand command)
    {
        var clips = ActiveSlot.Clips.Count;
        var wished = command["clip id"] switch
        {
            { } id when int.TryParse(id, CultureInfo.InvariantCulture, out var number) => number,
            { } => -1,
            null when command["clip"] == "end" => clips,
            null when command["clip"] == "start" => 1,
            null => -1,
        };
        int? barred = _transport.IsRecording ? Codes.InvalidState
            : clips == 0 ? Codes.TimelineEmpty
            : wished < 1 || wished > clips ? Codes.OutOfRange
            : null;
        Do(session, barred, () =>
        {
            _transport.Clip = wished;
            TellTransport();
        });
    }

    private void ShowPreview(bool on)
    {
        if (_transport.IsRecording || Frozen) return;
        _transport.Become(on ? DeckTransport.Preview : DeckTransport.Stopped, 0, TimeSpan.Zero, Time.GetTimestamp());
        TellTransport();
    }

    private void Notify(HyperDeckSession session, HyperDeckCommand command)
    {
        var known = _minorVersion >= 11
            ? HyperDeckGrammar.Notifications
            : [.. HyperDeckGrammar.Notifications.Except(HyperDeckGrammar.NewerNotifications)];
        if (command.Parameters.Keys.Except(known).Any()) session.Say(Codes.Line(Codes.UnsupportedParameter));
        else if (command.Parameters.Count == 0)
            session.Say(Block(209, "notify", known.Select(each => (each, Flag(session.Notify.Contains(each))))));
        else if (command.Parameters.Values.Any(value => value is not ("true" or "false"))) session.Say(Codes.Line(Codes.InvalidValue));
        else
        {
            foreach (var (key, value) in command.Parameters)
            {
                if (value == "true") session.Notify.Add(key);
                else session.Notify.Remove(key);
            }

            session.Say(Ok);
            ArmTicker();
        }
    }

    private void Remote(HyperDeckSession session, HyperDeckCommand command)
    {
        if (command.Parameters.Count == 0)
        {
            session.Say(Block(210, "remote info", RemoteFields(session)));
            return;
        }

        if (!TryFlag(command, "enable", out var enable) || !TryFlag(command, "override", out var over))
        {
            session.Say(Codes.Line(Codes.InvalidValue));
            return;
        }

        session.Say(Ok);
        if (Frozen) return;
        session.Override = over ?? session.Override;
        if (enable is not { } on || on == _switches.RemoteEnabled.Now) return;
        _switches.RemoteEnabled.Become(on);
        RemoteSwitched();
    }

    private static void Watchdog(HyperDeckSession session, HyperDeckCommand command)
    {
        if (!int.TryParse(command["period"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            session.Say(Codes.Line(command["period"] is null ? Codes.SyntaxError : Codes.InvalidValue));
            return;
        }

        session.Say(Ok);
        session.Watch(TimeSpan.FromSeconds(Math.Min(seconds, 86_400)));
    }

    private void Configure(HyperDeckSession session, HyperDeckCommand command)
    {
        if (command.Parameters.Count == 0)
        {
            session.Say(Block(211, "configuration", _configuration.Select(each => (each.Key, each.Value))));
            return;
        }

        if (ConfigurationBarred(command) is { } code)
        {
            session.Say(Codes.Line(code));
            return;
        }

        if (_switches.ConfigurationReboots.Now && !Frozen)
        {
            foreach (var (key, value) in command.Parameters) _configuration[key] = value;
            session.Say("213 deck rebooting\r\n");
            Reboot();
            return;
        }

        session.Say(Ok);
        if (Frozen) return;
        foreach (var (key, value) in command.Parameters) _configuration[key] = value;
        foreach (var other in Asked("configuration"))
            other.Say(Block(511, "configuration", command.Parameters.Select(each => (each.Key, each.Value))));
    }

    private int? ConfigurationBarred(HyperDeckCommand command)
    {
        if (_transport.IsRecording) return Codes.InvalidState;
        if (command["video input"] is { } video && !VideoInputs.Contains(video)) return Codes.InvalidValue;
        if (command["audio input"] is { } audio && !AudioInputs.Contains(audio)) return Codes.InvalidValue;
        return command["file format"] is { } format && !FileFormats.Contains(format) ? Codes.InvalidCodec : null;
    }

    private void Format(HyperDeckSession session, HyperDeckCommand command)
    {
        if (_transport.IsRecording) session.Say(Codes.Line(Codes.InvalidState));
        else if (command["prepare"] is { } system)
        {
            WithSlot(session, command, slot =>
            {
                if (system is not ("exFAT" or "HFS+")) session.Say(Codes.Line(Codes.InvalidFormat));
                else if (!slot.IsMounted) session.Say(Codes.Line(Codes.NoDisk));
                else
                {
                    _formatSlot = slot.Id;
                    _formatToken = Identity.Hex($"{_uniqueId} {slot.Id} {slot.Clips.Count} {Trace.Since(0).Count}", 8).ToLowerInvariant();
                    // The header has no colon although a line and an empty line follow: so it was seen on real decks.
                    session.Say($"216 format ready\r\n{_formatToken}\r\n\r\n");
                }
            });
        }
        else if (_formatToken is null) session.Say(Codes.Line(Codes.FormatNotPrepared));
        else if (command["confirm"] != _formatToken) session.Say(Codes.Line(Codes.InvalidToken));
        else
        {
            var slot = _slots[_formatSlot - 1];
            _formatToken = null;
            Do(session, null, () => Formatted(slot));
        }
    }

    private void Formatted(DeckSlot slot)
    {
        slot.Format();
        if (slot.Id == _transport.Slot) _transport.Clip = null;
        TellSlot(slot);
    }

    private void WithSlot(HyperDeckSession session, HyperDeckCommand command, Action<DeckSlot> action)
    {
        var id = _transport.Slot;
        if (command["slot id"] is { } text && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id))
            session.Say(Codes.Line(Codes.InvalidValue));
        else if (id < 1 || id > _slots.Length) session.Say(Codes.Line(Codes.OutOfRange));
        else action(_slots[id - 1]);
    }

    private static void OnlyTrueOrFalse(HyperDeckSession session, HyperDeckCommand command, string key, Action<bool> action)
    {
        if (!TryFlag(command, key, out var flag)) session.Say(Codes.Line(Codes.InvalidValue));
        else if (flag is null) session.Say(Codes.Line(Codes.SyntaxError));
        else
        {
            session.Say(Ok);
            action(flag.Value);
        }
    }

    private static bool TryFlag(HyperDeckCommand command, string key, out bool? flag)
    {
        flag = command[key] switch { "true" => true, "false" => false, _ => null };
        return flag is not null || command[key] is null;
    }

    private void DiskList(HyperDeckSession session, DeckSlot slot)
    {
        if (!slot.IsMounted)
        {
            session.Say(Codes.Line(Codes.NoDisk));
            return;
        }

        var format = $"{_configuration["file format"]} {_videoFormat}";
        var clips = slot.Clips.Select((clip, i) => $"{i + 1}: {clip.Name} {format} {DeckTransport.Timecode(clip.Length)}");
        session.Say(Lines(206, "disk list", [$"slot id: {slot.Id}", .. clips]));
    }

    private string ClipsInfo()
    {
        var lines = new List<string> { $"clip count: {ActiveSlot.Clips.Count}" };
        var from = TimeSpan.Zero;
        foreach (var clip in ActiveSlot.Clips)
        {
            lines.Add($"{lines.Count}: {clip.Name} {DeckTransport.Timecode(from)} {DeckTransport.Timecode(clip.Length)}");
            from += clip.Length;
        }

        return Lines(205, "clips info", lines);
    }

    private static string Lines(int code, string name, IEnumerable<string> lines)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{code} {name}:\r\n");
        foreach (var line in lines) text.Append(line).Append("\r\n");
        return text.Append("\r\n").ToString();
    }

    private static string Block(int code, string name, IEnumerable<(string Key, string Value)> fields) =>
        Lines(code, name, fields.Select(field => $"{field.Key}: {field.Value}"));

    private static string Flag(bool on) => on ? "true" : "false";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
