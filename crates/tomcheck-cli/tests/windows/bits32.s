# The whole code of a 32-bit library: gcc for x86_64 makes none, its assembler and linker do.
        .globl  _C_GetFunctionList
_C_GetFunctionList:
        movl    $5, %eax                # CKR_GENERAL_ERROR
        ret
        .section .drectve
        .ascii  " -export:C_GetFunctionList"
