using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.KramerP3000;

/// <summary>What is wished.</summary>
/// <remarks>
/// The reply to a request that sets something repeats it and is said by a device that has done nothing as well; it may come twice, since
/// every port of the device is told. Only a reading is a sight. To tell its answer from such a second echo, an empty request goes out in
/// between: what the device says up to its answer belongs to the past.
/// </remarks>
public sealed partial class KramerP3000Driver
{
    private const int MostLooksAtAudio = 3;

    private static readonly TimeSpan FollowsWithin = TimeSpan.FromSeconds(2);

    public override void OnCommand(CommandRequest command)
    {
        var output = (int)command.Args[MatrixWords.OutputArgument].Integer;
        if (command.Verb == BlankVerb) SetBlanked(command, output, command.Args[BlankedArgument].Flag);
        else Route(command, output, (int)command.Args[MatrixWords.InputArgument].Integer);
    }

    private void Route(CommandRequest command, int output, int input)
    {
        var layer = command.Args.TryGet(MatrixWords.LayerArgument, out var given) ? given.Text : KramerTable.AllLayers;
        var planes = _table.Concerned(KramerTable.Plane(layer)).ToArray();
        if (!_table.Covers(input, output)) Device.Complete(command, CommandResult.Rejected($"no input {input} or no output {output} on this matrix"));
        else if (planes.Length == 0) Device.Complete(command, CommandResult.Rejected($"this matrix has no {layer} plane of its own"));
        else Make(new(command, output, input, planes), planes.Length > 1 && HasBoth ? [KramerPlane.Both] : planes);
    }

    private bool HasBoth => _dialect.HasBoth && !_lacking.Contains(BothName);

    private void Make(Wish wish, KramerPlane[] steps)
    {
        foreach (var plane in wish.Planes) _doubted.Add(KramerTable.Property(plane, wish.Output));
        Ask(new(_dialect.Set(steps[0], wish.Input, wish.Output, _table.Inputs), reply => IsEcho(reply, steps[0], wish), wish.Command)
        {
            Subject = $"{_dialect.Name(steps[0])} {wish.Output}",
            Done = _ =>
            {
                if (steps.Length > 1) Make(wish, steps[1..]);
                else Made(wish);
            },
            Instead = reply =>
            {
                if (steps[0] is not KramerPlane.Both || !IsUnavailable(reply)) return false;
                _lacking.Add(BothName);
                Make(wish, [.. wish.Planes]);
                return true;
            },

            // A step before this one may have been done.
            Refused = _ =>
            {
                foreach (var plane in wish.Planes) Read(plane, wish.Output, null);
            },
        });
    }

    private bool IsEcho(KramerReply reply, KramerPlane plane, Wish wish) =>
        _dialect.Routes(reply, _table.Inputs) is [var told] && told == new KramerRoute(plane, wish.Output, wish.Input);

    private void Made(Wish wish)
    {
        Accepted(wish.Command);
        Fence(wish.Command, () =>
        {
            if (wish.Planes.Count > 1) LookAtAudio(wish, 1);
            else LookAtFirst(wish);
        });
    }

    private void Accepted(CommandRequest command)
    {
        _wasUnauthorised = false;
        Device.Clear(Privilege.Code);
        Device.Clear(AccessDenied.Code);
        Device.Acknowledged(command);
    }

    private void Fence(CommandRequest command, Action andThen) =>
        Ask(new(KramerCodec.Handshake, reply => reply.Kind is KramerReplyKind.Handshake, command) { Done = _ => andThen() });

    /// <summary>Both planes have to follow, and an expectation watches one only.</summary>
    private void LookAtAudio(Wish wish, int looks)
    {
        var shown = KramerRoute.UnknownInput;
        Ask(new(_dialect.Read(KramerPlane.Audio, wish.Output), Take, wish.Command)
        {
            Subject = KramerTable.Property(KramerPlane.Audio, wish.Output),
            Done = _ =>
            {
                if (shown == wish.Input)
                {
                    LookAtFirst(wish);
                    return;
                }

                // What the picture does is shown also while the sound is waited for.
                Read(wish.Planes[0], wish.Output, null);
                if (looks < MostLooksAtAudio) Later(() => LookAtAudio(wish, looks + 1));
                else Device.Complete(wish.Command, CommandResult.NotSeen($"the audio of output {wish.Output} did not follow"));
            },
            Refused = reply => PlaneRefused(KramerPlane.Audio, [wish.Output], reply, () => Read(wish.Planes[0], wish.Output, null)),
        });

        bool Take(KramerReply reply)
        {
            if (!TakeReading(reply, KramerPlane.Audio, wish.Output)) return false;
            shown = _dialect.Routes(reply, _table.Inputs)[0].Input;
            return true;
        }
    }

    private void LookAtFirst(Wish wish)
    {
        var plane = wish.Planes[0];
        Device.Expect(wish.Command, KramerTable.Property(plane, wish.Output), wish.Input, FollowsWithin, () => Read(plane, wish.Output, null));
        Read(plane, wish.Output, wish.Command);
    }

    private void SetBlanked(CommandRequest command, int output, bool blanked)
    {
        var polarity = _setup.Options[BlankOption].Text;
        if (!ReadsBlanking || !_table.Covers(output))
        {
            var why = polarity == BlankUnused
                ? $"the option \"{BlankOption}\" does not say which value blanks"
                : $"this matrix cannot blank output {output}";
            Device.Complete(command, CommandResult.Rejected(why));
            return;
        }

        var value = blanked == (polarity == OneBlanks) ? 1 : 0;
        var property = KramerTable.Blanked(output);
        _doubted.Add(property);
        Ask(new(string.Create(CultureInfo.InvariantCulture, $"{BlankName} {output},{value}"), IsEcho, command)
        {
            Subject = $"{BlankName} {output}",
            Done = _ =>
            {
                Accepted(command);
                Fence(command, () =>
                {
                    Device.Expect(command, property, blanked, FollowsWithin, () => ReadBlanked(output, null));
                    ReadBlanked(output, command);
                });
            },
            Refused = _ => ReadBlanked(output, null),
        });

        bool IsEcho(KramerReply reply) => TryBlanked(reply, out var told, out var shown) && told == output && shown == blanked;
    }

    /// <summary>A route to be made; the first of the planes stands for the output as a whole.</summary>
    private sealed record Wish(CommandRequest Command, int Output, int Input, IReadOnlyList<KramerPlane> Planes);
}
