using Microsoft.Extensions.Logging;

namespace AvGateway.Store.Journal;

/// <summary>Keeps the newest anchor's file written. A folder that takes no file is told once and tried again; the store does not suffer for it.</summary>
internal sealed partial class AnchorExport(string dataDirectory, string store, ILogger logger)
{
    private long _written = -1;
    private bool _isFailing;

    public void Export(Anchor? anchor)
    {
        if (anchor is null || anchor.Seq == _written) return;
        try
        {
            AnchorFiles.Write(dataDirectory, store, anchor);
            (_written, _isFailing) = (anchor.Seq, false);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            if (!_isFailing) LogNotWritten(logger, refused.Message);
            _isFailing = true;
        }
    }

    [LoggerMessage(720, LogLevel.Warning, "The anchor of the service record could not be written: {Reason}")]
    private static partial void LogNotWritten(ILogger logger, string reason);
}
