// Runs a diagnosis through libtomcheck by P/Invoke, and says what blocks. Needs .NET 6 or later.
//
//   Diagnose [URL]
//
// Ends with 0 when nothing blocks, 1 when something does, 2 when it could not be told.
using System;
using System.Runtime.InteropServices;

internal static class Native
{
    private const string Library = "tomcheck"; // libtomcheck.so, tomcheck.dll, libtomcheck.dylib

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate void Progress(IntPtr userdata, IntPtr probe, int status, uint done, uint of);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)] internal static extern IntPtr tomcheck_last_error();
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)] internal static extern Options tomcheck_options_new();
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)] internal static extern void tomcheck_options_free(IntPtr options);
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)] internal static extern int tomcheck_options_set_target(Options options, [MarshalAs(UnmanagedType.LPUTF8Str)] string target);
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)] internal static extern int tomcheck_options_set_progress(Options options, Progress progress, IntPtr userdata);
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)] internal static extern int tomcheck_diagnose(Options options, out Report report);
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)] internal static extern void tomcheck_report_free(IntPtr report);
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)] internal static extern int tomcheck_report_verdict(Report report, out int verdict);
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)] internal static extern IntPtr tomcheck_report_root_cause(Report report);
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)] internal static extern nuint tomcheck_finding_count(Report report);
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)] internal static extern IntPtr tomcheck_finding_code(Report report, nuint finding);
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)] internal static extern IntPtr tomcheck_finding_title(Report report, nuint finding);
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)] internal static extern nuint tomcheck_finding_step_count(Report report, nuint finding);
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)] internal static extern IntPtr tomcheck_finding_step(Report report, nuint finding, nuint step);

    // The strings belong to the library: they are copied, never freed.
    internal static string? Text(IntPtr text) => Marshal.PtrToStringUTF8(text);

    internal static void Check(int status)
    {
        if (status != 0)
        {
            throw new InvalidOperationException(Text(tomcheck_last_error()));
        }
    }
}

// A handle that is freed even when an exception comes between.
internal sealed class Options : SafeHandle
{
    public Options() : base(IntPtr.Zero, true) { }
    public override bool IsInvalid => handle == IntPtr.Zero;
    protected override bool ReleaseHandle() { Native.tomcheck_options_free(handle); return true; }
}

internal sealed class Report : SafeHandle
{
    public Report() : base(IntPtr.Zero, true) { }
    public override bool IsInvalid => handle == IntPtr.Zero;
    protected override bool ReleaseHandle() { Native.tomcheck_report_free(handle); return true; }
}

internal static class Diagnose
{
    private static int Main(string[] arguments)
    {
        using Options options = Native.tomcheck_options_new();
        // Kept alive as long as the library may call it.
        Native.Progress hear = (_, probe, status, _, _) =>
        {
            if (status == 0)
            {
                Console.Error.WriteLine($"{Native.Text(probe)} ...");
            }
        };
        try
        {
            if (arguments.Length > 0)
            {
                Native.Check(Native.tomcheck_options_set_target(options, arguments[0]));
            }
            Native.Check(Native.tomcheck_options_set_progress(options, hear, IntPtr.Zero));
            Native.Check(Native.tomcheck_diagnose(options, out Report report));
            using (report)
            {
                return Tell(report);
            }
        }
        catch (InvalidOperationException error)
        {
            Console.Error.WriteLine($"tomcheck: {error.Message}");
            return 2;
        }
        finally
        {
            GC.KeepAlive(hear);
        }
    }

    private static int Tell(Report report)
    {
        Console.WriteLine($"root cause: {Native.Text(Native.tomcheck_report_root_cause(report)) ?? "none"}");
        for (nuint finding = 0; finding < Native.tomcheck_finding_count(report); finding++)
        {
            Console.WriteLine($"{Native.Text(Native.tomcheck_finding_code(report, finding))}: {Native.Text(Native.tomcheck_finding_title(report, finding))}");
            for (nuint step = 0; step < Native.tomcheck_finding_step_count(report, finding); step++)
            {
                Console.WriteLine($"  - {Native.Text(Native.tomcheck_finding_step(report, finding, step))}");
            }
        }
        Native.Check(Native.tomcheck_report_verdict(report, out int verdict));
        return verdict switch { 2 => 1, 3 => 2, _ => 0 };
    }
}
