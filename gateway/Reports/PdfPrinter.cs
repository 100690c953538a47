using System.ComponentModel;
using System.Diagnostics;

namespace AvGateway.Reports;

/// <summary>Prints a page to PDF with the Chromium of this machine, where there is one.</summary>
public static class PdfPrinter
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    /// <summary>Full path of the browser; null: there is none.</summary>
    public static string? Browser => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    /// <returns>Null when the PDF is there; else why it is not.</returns>
    public static async Task<string?> PrintAsync(string browser, string page, string pdf, TimeProvider time, CancellationToken cancellation)
    {
        var profile = Directory.CreateTempSubdirectory("avgw-print-").FullName;
        try
        {
            var start = new ProcessStartInfo(browser) { RedirectStandardError = true, RedirectStandardOutput = true };

            // The page runs no script and loads nothing; the sandbox needs rights that a service account often lacks.
            foreach (var word in (string[])["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage", "--no-first-run", $"--user-data-dir={profile}", "--no-pdf-header-footer", $"--print-to-pdf={Path.GetFullPath(pdf)}", new Uri(Path.GetFullPath(page)).AbsoluteUri])
                start.ArgumentList.Add(word);
            using var process = Process.Start(start);
            if (process is null) return $"{browser} did not start";
            using var patience = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
            try
            {
                var errors = process.StandardError.ReadToEndAsync(either.Token);
                _ = process.StandardOutput.ReadToEndAsync(either.Token);
                await process.WaitForExitAsync(either.Token);
                return File.Exists(pdf) ? null : $"{browser} ended with {process.ExitCode}: {(await errors).Trim()}";
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                cancellation.ThrowIfCancellationRequested();
                return $"{browser} did not end within {Patience.TotalMinutes:0} minutes";
            }
        }
        catch (Win32Exception absent)
        {
            return absent.Message;
        }
        finally
        {
            Directory.Delete(profile, recursive: true);
        }
    }
}
