using Library.Defaults.Refusals;

namespace Library.Coordinator.ReaderErasure;

internal static class ErasureRefusals
{
    public static readonly Refusal Unknown = new("erasure-unknown", "There is no erasure with this id.", StatusCodes.Status404NotFound);

    public static readonly Refusal ReaderUnknown = new("reader-unknown", "There is no reader with this id.", StatusCodes.Status404NotFound);

    public static Refusal StillRegistering(string registration) => new(
        "reader-pending", $"This reader is still being registered (saga {registration}). Try again when that has ended.", StatusCodes.Status409Conflict);
}
