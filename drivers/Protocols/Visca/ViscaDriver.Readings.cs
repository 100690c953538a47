using AvGateway.Classes;

namespace AvGateway.Drivers.Protocols.Visca;

/// <summary>What is asked and what the camera tells.</summary>
public sealed partial class ViscaDriver
{
    private const string PowerQuestion = "090400", PositionQuestion = "090612", ZoomQuestion = "090447";
    private const string On = "02", Standby = "03", Failed = "04";
    private const int MostNumbersTried = 3;

    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(3);

    private CameraPosition? _position;
    private bool _isLooking;

    public override void OnPoll()
    {
        // Whatever was under way has been answered or is given up: a poll always asks.
        _isLooking = false;
        Look();
    }

    /// <summary>Power first: in standby, and while the head finds its end stops, there is no position.</summary>
    private void Look()
    {
        if (_isLooking) return;
        _isLooking = true;
        Question(PowerQuestion, reply => reply.IsPower, reply =>
        {
            _isLooking = false;
            TakePower(reply.Data);
        }, _ =>
        {
            _isLooking = false;
            TakeBooting();
        });
    }

    private void TakePower(string state)
    {
        if (state == Failed) Device.Raise(CameraWords.DeviceFailure.Code, "power inquiry: 04");
        else Device.Clear(CameraWords.DeviceFailure.Code);
        switch (state)
        {
            case On: LookAtPosition(); break;
            case Standby or Failed:
                _camera.Fire(Told.Off);
                ShowPower(Mode.Standby, PowerStates.Off);
                break;
        }
    }

    private void TakeBooting()
    {
        _camera.Fire(Told.Booting);
        ShowPower(Mode.Booting, PowerStates.Warming);
        Device.StartTimer(LookTimer, LooksEvery);
    }

    private void ShowPower(Mode state, string word)
    {
        if (_camera.State == state) Device.Report(PowerWords.PowerState, word);
    }

    private void LookAtPosition() => Question(PositionQuestion, reply => reply.TryPosition(out _, out _), reply =>
    {
        reply.TryPosition(out var pan, out var tilt);
        Question(ZoomQuestion, answer => answer.TryZoom(out _), answer =>
        {
            answer.TryZoom(out var zoom);
            Take(new(pan, tilt, zoom));
        }, _ => Take(new(pan, tilt, null)));
    }, _ => TakeBooting());

    private void Take(CameraPosition position)
    {
        _position = position;
        if (_camera.State is Mode.Ready) Show(position);
        else _camera.Fire(Told.Ready);
        ShowPower(Mode.Ready, PowerStates.On);
    }

    private void Show(CameraPosition position)
    {
        Device.Report(CameraWords.Pan, position.Pan);
        Device.Report(CameraWords.Tilt, position.Tilt);
        if (position.Zoom is { } zoom) Device.Report(CameraWords.Zoom, zoom);
        else Device.Forget(CameraWords.Zoom);
        if (_motion is null) ShowPreset(_presets.At(position, _shownPreset));
        else Follow(_motion, position);
    }

    private void ShowPreset(int preset)
    {
        _shownPreset = preset;
        Device.Report(CameraWords.Preset, preset);
    }

    /// <summary>A reading. Whether a number that the camera finds abnormal was too low cannot be told: it is asked again with a higher one.</summary>
    private void Question(string request, Func<ViscaReply, bool> isAnswer, Action<ViscaReply> done, Action<ViscaReply> refused, int tries = 1) => Ask(request, reply =>
    {
        if (reply.Kind is ViscaReplyKind.Control)
        {
            if (tries < MostNumbersTried) Question(request, isAnswer, done, refused, tries + 1);
            else _camera.Fire(Told.Restarted);
            return true;
        }

        // An error that names a socket belongs to a command under way.
        if (reply is { Kind: ViscaReplyKind.Error, Socket: 0 }) refused(reply);
        else if (isAnswer(reply)) done(reply);
        else return false;
        return true;
    });
}
